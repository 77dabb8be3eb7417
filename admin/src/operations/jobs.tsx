import { RunJob } from '../../generated/operations-page.ts'
import { useCaller } from '../data/api.tsx'
import { Button } from '../parts/control/button.tsx'
import { Outcome } from '../parts/mutation/outcome.tsx'
import { useChange } from '../parts/mutation/use-change.ts'
import { Unknown } from '../parts/text/unknown.tsx'
import { Ago } from '../parts/time/ago.tsx'
import { Instant } from '../parts/time/instant.tsx'
import { duration } from '../view/format.ts'
import styles from './operations.module.css'
import { Cell, Grid, Section } from './section.tsx'
import type { State } from './use-operations.ts'

type Job = State['jobs'][number]

const LastRun = ({ run }: { run: Job['lastRun'] }) => {
  if (!run) return <Unknown reason="No run ended in the last three days, or the database does not answer." />
  const { startedAt, finishedAt, outcome, text } = run
  const seconds = finishedAt ? (Date.parse(finishedAt) - Date.parse(startedAt)) / 1_000 : null
  return (
    <>
      <span data-wrong={outcome === 'FAILED'}>{outcome === 'FAILED' ? 'failed' : 'done'}</span>{' '}
      <Ago at={finishedAt ?? startedAt} />
      {seconds !== null && seconds >= 1 && `, in ${duration(seconds)}`}
      {text && <p className={styles.quiet}>{text}</p>}
    </>
  )
}

const JobRow = ({ job, mayRun, onRan }: { job: Job; mayRun: boolean; onRan(): void }) => {
  const change = useChange(RunJob, ({ hasEnded }) => (hasEnded ? 'Done.' : 'Still running; it will go on by itself.'))
  const run = async (): Promise<void> => {
    await change.make({ name: job.name })
    onRan()
  }
  return (
    <tr>
      <th scope="row">
        {job.name}
        <p className={styles.quiet}>{job.description}</p>
      </th>
      <Cell head="Last run">
        <LastRun run={job.lastRun} />
        <Outcome of={change} />
      </Cell>
      <Cell head="Next">
        {job.isRunning && job.runningSince ? (
          <>
            running for <Ago at={job.runningSince} suffix="" />
          </>
        ) : job.nextRunAt ? (
          <Instant at={job.nextRunAt} />
        ) : (
          <Unknown reason="It is not due in the next five years." />
        )}
        <p className={styles.quiet}>
          <code className={styles.cron} title="Schedule, as a cron expression">
            {job.cron} UTC
          </code>
        </p>
      </Cell>
      {mayRun && (
        <Cell head="Now">
          <Button onClick={() => void run()} busy={change.busy} aria-label={`Run now: ${job.name}`}>
            Run now
          </Button>
        </Cell>
      )}
    </tr>
  )
}

/** Periodic work: what was done last, what comes next, and running it now. */
export const Jobs = ({ state, onRan }: { state: State; onRan(): void }) => {
  const mayRun = useCaller().may('ADMIN')
  const { lagSeconds } = state.archive
  return (
    <Section
      id="jobs"
      title="Jobs"
      note={lagSeconds === null ? undefined : `Chat is archived up to ${duration(lagSeconds)} ago.`}
    >
      <Grid heads={['Job', 'Last run', 'Next', ...(mayRun ? ['Now'] : [])]}>
        {state.jobs.map((job) => (
          <JobRow key={job.name} job={job} mayRun={mayRun} onRan={onRan} />
        ))}
      </Grid>
    </Section>
  )
}
