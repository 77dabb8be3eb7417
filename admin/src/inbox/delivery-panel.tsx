import { Button } from '../parts/control/button.tsx'
import { visibleText } from '../parts/json/visible-text.ts'
import { SidePanel } from '../parts/side-panel/side-panel.tsx'
import { Message } from '../parts/states/message.tsx'
import { ProblemMessage } from '../parts/states/problem-message.tsx'
import { Skeleton } from '../parts/states/skeleton.tsx'
import { DeliveryFacts } from './delivery-facts.tsx'
import { useDelivery } from './use-delivery.ts'

type Props = { messageId: string; at: string | undefined; onClose(): void }

/** The delivery that is open, beside the list. */
export const DeliveryPanel = ({ messageId, at, onClose }: Props) => {
  const { delivery, busy, problem, retry } = useDelivery(messageId, at)
  const title = <bdi>{visibleText(delivery?.eventType || 'Delivery')}</bdi>
  return (
    <SidePanel label="Delivery" title={title} ready={!busy} onClose={onClose}>
      {delivery ? (
        <DeliveryFacts delivery={delivery} />
      ) : problem ? (
        <ProblemMessage problem={problem} onRetry={retry} />
      ) : busy ? (
        <Skeleton lines={10} />
      ) : (
        <Message title="This delivery is not kept" action={<Button onClick={onClose}>Back to the list</Button>}>
          The inbox has no delivery with this id{at !== undefined && ' at this time'}. It may be older than what is
          kept.
        </Message>
      )}
    </SidePanel>
  )
}
