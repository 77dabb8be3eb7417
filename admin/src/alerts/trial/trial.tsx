import type { ReactNode } from 'react'
import { useQuery } from 'urql'
import { AlertDryRun } from '../../../generated/alerts.ts'
import type { AlertRuleInput } from '../../../generated/graphql.ts'
import { problemOf } from '../../data/problem.ts'
import { RangePicker } from '../../parts/range/range-picker.tsx'
import { Message } from '../../parts/states/message.tsx'
import { ProblemMessage } from '../../parts/states/problem-message.tsx'
import { Skeleton } from '../../parts/states/skeleton.tsx'
import { Renewing } from '../../parts/states/working.tsx'
import { instantInZone } from '../../view/instant-in-zone.ts'
import { useView } from '../../view/view.tsx'
import styles from './trial.module.css'
import { TrialResult } from './trial-result.tsx'

type Props = {
  /** A rule that is saved, or one that need not be; null while there is nothing to try. */
  of: { id: string } | { rule: AlertRuleInput } | null
  /** Before the result: what begins it, or says that it is old. */
  children?: ReactNode
}

/** What a rule would have told in the range of the page. */
export const Trial = ({ of, children }: Props) => {
  const { range, asked, zone } = useView()
  const [{ data, error, fetching, stale }, ask] = useQuery({
    query: AlertDryRun,
    variables: { ...of, range, timezone: zone },
    pause: of === null,
  })
  const problem = problemOf(error)
  const now = Date.now()
  const [from, to] = [instantInZone(asked.from, zone, now) ?? now, instantInZone(asked.to, zone, now) ?? now]
  return (
    <section className={styles.trial} aria-label="What it would have told">
      <div className={styles.head}>
        <h3>What it would have told</h3>
        <RangePicker />
      </div>
      {children}
      {of === null ? null : problem ? (
        problem.code === 'BAD_USER_INPUT' ? (
          <Message title="This can not be tried" wrong>
            {problem.message}
          </Message>
        ) : (
          <ProblemMessage problem={problem} onRetry={() => ask({ requestPolicy: 'network-only' })} />
        )
      ) : (
        <Renewing busy={fetching || stale}>
          {data ? <TrialResult run={data.alertDryRun} from={from} to={to} zone={zone} /> : <Skeleton lines={6} />}
        </Renewing>
      )}
    </section>
  )
}
