import { AlertDelivery } from '../../../generated/alerts.ts'
import { useRenewed } from '../../data/use-renewed.ts'
import { Button } from '../../parts/control/button.tsx'
import { SidePanel } from '../../parts/side-panel/side-panel.tsx'
import { Message } from '../../parts/states/message.tsx'
import { ProblemMessage } from '../../parts/states/problem-message.tsx'
import { Skeleton } from '../../parts/states/skeleton.tsx'
import { OthersText } from '../others-text.tsx'
import { DeliveryFacts } from './delivery-facts.tsx'

type Props = {
  id: string
  onClose(): void
  /** It is sent again. */
  onReplayed(): void
}

/** The delivery that is open, beside the list. */
export const DeliveryPanel = ({ id, onClose, onReplayed }: Props) => {
  const { data, problem, busy, renew, renewSoon } = useRenewed(AlertDelivery, { id })
  const delivery = data?.alertDeliveries.nodes[0]
  return (
    <SidePanel
      label="Delivery"
      title={<OthersText text={delivery?.text ?? 'Delivery'} />}
      ready={delivery !== undefined || !busy}
      onClose={onClose}
    >
      {delivery ? (
        <DeliveryFacts
          delivery={delivery}
          onReplayed={() => {
            renewSoon()
            onReplayed()
          }}
        />
      ) : problem ? (
        <ProblemMessage problem={problem} onRetry={renew} />
      ) : busy ? (
        <Skeleton lines={10} />
      ) : (
        <Message title="This delivery is not kept" action={<Button onClick={onClose}>Back to the list</Button>}>
          Alerts are kept for 30 days, and go with their target.
        </Message>
      )}
    </SidePanel>
  )
}
