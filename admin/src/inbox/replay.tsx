import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { ReplayWebhook } from '../../generated/webhooks.ts'
import { Button } from '../parts/control/button.tsx'
import { Outcome } from '../parts/mutation/outcome.tsx'
import { useChange } from '../parts/mutation/use-change.ts'
import styles from './delivery-panel.module.css'
import { OutcomeMark } from './outcome-mark.tsx'
import { replayText } from './replay-text.ts'
import type { Delivery } from './use-delivery.ts'

type Result = Pick<Delivery, 'messageId' | 'outcome' | 'reason' | 'receivedAt'>

/** Has a stored delivery projected once more, and shows what became of it. */
export const Replay = ({ delivery }: { delivery: Delivery }) => {
  const [result, setResult] = useState<Result | null>(null)
  const change = useChange(ReplayWebhook)
  const { label, explanation, isPossible } = replayText(delivery)
  const replay = async (): Promise<void> => {
    setResult(null)
    const success = await change.make({ messageId: delivery.messageId })
    if (success) setResult(success.delivery)
  }
  return (
    <section className={styles.replay} aria-label="Replay">
      <div className={styles.replayLine}>
        {isPossible && (
          <Button onClick={() => void replay()} busy={change.busy}>
            {label}
          </Button>
        )}
        <p className={styles.quiet}>{explanation}</p>
      </div>
      <Outcome of={change} />
      {result && (
        <p role="status">
          Replayed: <OutcomeMark outcome={result.outcome} />. {result.reason}{' '}
          <Link
            from="/inbox"
            search={(before) => ({ ...before, open: result.messageId, at: result.receivedAt })}
            resetScroll={false}
          >
            Open the replay
          </Link>
        </p>
      )}
    </section>
  )
}
