import { Link, useSearch } from '@tanstack/react-router'
import { NoPlatform } from '../parts/first-start/first-start.tsx'
import { NeedsRole } from '../parts/place/needs-role.tsx'
import { Place } from '../parts/place/place.tsx'
import { Views, viewLink } from '../parts/place/views.tsx'
import { RangePicker } from '../parts/range/range-picker.tsx'
import { ProblemMessage } from '../parts/states/problem-message.tsx'
import { Skeleton } from '../parts/states/skeleton.tsx'
import { Archives } from './archives.tsx'
import { Calls } from './calls.tsx'
import { Jobs } from './jobs.tsx'
import { Losses } from './losses.tsx'
import { Nodes } from './nodes.tsx'
import styles from './operations.module.css'
import { Polling } from './polling.tsx'
import type { OperationsSearch } from './search.ts'
import { Stores } from './stores.tsx'
import { useOperations } from './use-operations.ts'
import { Verdict } from './verdict.tsx'

const views: readonly (readonly [view: OperationsSearch['view'], name: string])[] = [
  [undefined, 'Now'],
  ['calls', 'Calls to platforms'],
  ['archives', 'Archives of chat'],
]

const nothingChosen = {
  platform: undefined,
  channel: undefined,
  calls: undefined,
  open: undefined,
  after: undefined,
}

const OperationsPage = () => {
  const { view } = useSearch({ from: '/operations' })
  const operations = useOperations()
  const { state, problem, renew } = operations
  return (
    <Place
      name="Operations"
      width="window"
      controls={view === 'calls' && <RangePicker />}
      ready={state !== undefined || problem !== null}
    >
      <Verdict of={operations} />
      <Views label="Operations">
        {views.map(([one, name]) => (
          <Link
            key={name}
            from="/operations"
            search={(before) => ({ ...before, ...nothingChosen, view: one })}
            className={viewLink}
            activeOptions={{ explicitUndefined: true }}
            aria-current={view === one ? 'page' : undefined}
          >
            {name}
          </Link>
        ))}
      </Views>
      {view === 'calls' && <Calls />}
      {view === 'archives' && <Archives />}
      {view === undefined &&
        !state &&
        (problem ? <ProblemMessage problem={problem} onRetry={renew} /> : <Skeleton lines={14} />)}
      {view === undefined && state?.budgets.length === 0 && <NoPlatform />}
      {view === undefined && state && (
        <div className={styles.now}>
          <div className={styles.column}>
            <Polling state={state} />
            <Nodes state={state} />
            <Losses state={state} />
          </div>
          <div className={styles.column}>
            <Stores state={state} />
          </div>
          <div className={styles.column}>
            <Jobs state={state} onRan={renew} />
          </div>
        </div>
      )}
    </Place>
  )
}

/** One look: whether everything is watched, and whether anything is wrong. */
const Operations = () => (
  <NeedsRole needs="OPERATOR" name="Operations">
    <OperationsPage />
  </NeedsRole>
)

export default Operations
