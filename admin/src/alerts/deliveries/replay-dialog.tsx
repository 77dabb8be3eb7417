import { useState } from 'react'
import { useQuery } from 'urql'
import { AlertDeliveryCounts, ReplayAlertDeliveries } from '../../../generated/alerts.ts'
import type { AlertDeliveryFilter } from '../../../generated/graphql.ts'
import { problemOf } from '../../data/problem.ts'
import { Button } from '../../parts/control/button.tsx'
import { Dialog } from '../../parts/dialog/dialog.tsx'
import { Outcome } from '../../parts/mutation/outcome.tsx'
import { useChange } from '../../parts/mutation/use-change.ts'
import { ProblemMessage } from '../../parts/states/problem-message.tsx'
import { Skeleton } from '../../parts/states/skeleton.tsx'
import { Instant } from '../../parts/time/instant.tsx'
import { counted } from '../../view/format.ts'
import styles from '../alerts.module.css'
import own from './deliveries.module.css'
import { replayWords } from './delivery-words.ts'

type Props = {
  /** Which deliveries, with fixed times: what is told of them before is what is replayed. */
  filter: AlertDeliveryFilter & { range: { from: string; to: string } }
  /** Whether the list has filters beside its range. */
  isFiltered: boolean
  onDone(sentence: string): void
  onClose(): void
}

/** Says how many alerts would be sent again, and sends them. */
export const ReplayDialog = ({ filter: asked, isFiltered, onDone, onClose }: Props) => {
  const [filter] = useState(asked)
  const [{ data, error }, ask] = useQuery({
    query: AlertDeliveryCounts,
    variables: { filter },
    requestPolicy: 'network-only',
  })
  const replay = useChange(ReplayAlertDeliveries)
  const problem = problemOf(error)
  const told = data && replayWords(data.alertDeliveryCounts)
  const send = async (): Promise<void> => {
    const answer = await replay.make({ filter })
    if (answer) onDone(`${counted(answer.count, 'alerts')} ${answer.count === 1 ? 'is' : 'are'} sent again.`)
  }
  return (
    <Dialog title="Send these alerts again?" size="small" isHeld={replay.busy} onClose={onClose}>
      <div className={own.asking}>
        <p className={styles.quiet}>
          {isFiltered ? 'Those that the filters name, told' : 'All that were told'} from{' '}
          <Instant at={filter.range.from} form="dated" /> to <Instant at={filter.range.to} form="dated" />.
        </p>
        {told ? (
          told.sentences.map((sentence) => <p key={sentence}>{sentence}</p>)
        ) : problem ? (
          <ProblemMessage problem={problem} onRetry={() => ask({ requestPolicy: 'network-only' })} />
        ) : (
          <Skeleton lines={2} />
        )}
        <Outcome of={replay} />
        <div className={own.ends}>
          <Button disabled={replay.busy} onClick={onClose}>
            {told?.count === 0 ? 'Close' : 'Cancel'}
          </Button>
          {told !== undefined && told.count > 0 && (
            <Button kind="main" busy={replay.busy} onClick={() => void send()}>
              Send {counted(told.count, 'alerts')} again
            </Button>
          )}
        </div>
      </div>
    </Dialog>
  )
}
