import { useEffect, useRef } from 'react'
import { Button } from '../parts/control/button.tsx'
import { visibleText } from '../parts/json/visible-text.ts'
import { Message } from '../parts/states/message.tsx'
import { ProblemMessage } from '../parts/states/problem-message.tsx'
import { Skeleton } from '../parts/states/skeleton.tsx'
import { isTyping } from '../view/is-typing.ts'
import { DeliveryFacts } from './delivery-facts.tsx'
import styles from './delivery-panel.module.css'
import { useDelivery } from './use-delivery.ts'

type Props = { messageId: string; at: string | undefined; onClose(): void }

/** The delivery that is open, beside the list. */
export const DeliveryPanel = ({ messageId, at, onClose }: Props) => {
  const heading = useRef<HTMLHeadingElement>(null)
  const panel = useRef<HTMLElement>(null)
  const { delivery, busy, problem, retry } = useDelivery(messageId, at)

  useEffect(() => {
    const before = document.activeElement
    heading.current?.focus({ preventScroll: true })
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true })
    }
  }, [])

  // Below the summary little of it would be in sight.
  useEffect(() => {
    if (!busy && panel.current!.getBoundingClientRect().top > innerHeight / 3) panel.current!.scrollIntoView()
  }, [busy])

  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      if (event.key === 'Escape' && !isTyping(event)) onClose()
    }
    addEventListener('keydown', pressed)
    return () => removeEventListener('keydown', pressed)
  }, [onClose])

  return (
    <aside ref={panel} className={styles.panel} aria-label="Delivery" data-ready={!busy}>
      <header className={styles.head}>
        <h2 ref={heading} tabIndex={-1}>
          <bdi>{visibleText(delivery?.eventType || 'Delivery')}</bdi>
        </h2>
        <Button kind="quiet" onClick={onClose} title="Key: Esc">
          Close
        </Button>
      </header>
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
    </aside>
  )
}
