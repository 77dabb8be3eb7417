import { Num } from '../parts/text/number.tsx'
import { Unknown } from '../parts/text/unknown.tsx'
import { Ago } from '../parts/time/ago.tsx'
import { duration, exactNumber } from '../view/format.ts'
import { platformNames } from '../view/platforms.ts'
import styles from './operations.module.css'
import { Cell, Grid, Section } from './section.tsx'
import type { State } from './use-operations.ts'

const unknown = 'The database does not answer.'

type Platform = State['polling'][number]

const Row = ({ platform, budget }: { platform: Platform; budget: State['budgets'][number] | undefined }) => (
  <tr>
    <th scope="row">
      {platformNames[platform.platform]}
      <span className={styles.note}>every {duration(platform.intervalSeconds)} while live</span>
    </th>
    <Cell head="Watched">
      <Num value={platform.watched} unit="channels" unknown={unknown} />
    </Cell>
    <Cell head="Schedule" wrong={platform.isLate === true}>
      {!platform.isOn ? (
        'switched off'
      ) : platform.latenessSeconds === null ? (
        <Unknown reason={unknown} />
      ) : platform.latenessSeconds < 1 ? (
        'on time'
      ) : (
        `${duration(platform.latenessSeconds)} late`
      )}
    </Cell>
    <Cell head="Probed last minute">
      <Num value={platform.probedLastMinute} unit="channels" unknown={unknown} />
    </Cell>
    <Cell head="No answer" wrong={(platform.failing ?? 0) > 0}>
      <Num value={platform.failing} unit="channels whose last probe got no answer" unknown={unknown} />
    </Cell>
    <Cell head="Last probe">
      {platform.lastProbedAt ? (
        <Ago at={platform.lastProbedAt} />
      ) : (
        <Unknown reason="No channel has been probed yet." />
      )}
    </Cell>
    <Cell head="Requests" wrong={budget?.pausedUntil != null}>
      {budget ? (
        <>
          {exactNumber(budget.usedLastMinute)} of {exactNumber(Math.floor(budget.requestsPerSecond * 60))} a minute
          {budget.pausedUntil && ': paused'}
        </>
      ) : (
        <Unknown reason="This server has no credentials for the platform." />
      )}
    </Cell>
  </tr>
)

/** How the channels of each platform are probed, and what may be asked of it. */
export const Polling = ({ state }: { state: State }) => (
  <Section id="polling" title="Polling">
    <Grid heads={['Platform', 'Watched', 'Schedule', 'Probed last minute', 'No answer', 'Last probe', 'Requests']}>
      {state.polling.map((platform) => (
        <Row
          key={platform.platform}
          platform={platform}
          budget={state.budgets.find((budget) => budget.platform === platform.platform)}
        />
      ))}
    </Grid>
  </Section>
)
