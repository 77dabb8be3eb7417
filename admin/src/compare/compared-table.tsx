import { ChannelLink } from '../parts/channel/channel-link.tsx'
import { Swatch } from '../parts/chart/swatch.tsx'
import { Button } from '../parts/control/button.tsx'
import { coverageHint } from '../parts/text/coverage.ts'
import { Num } from '../parts/text/number.tsx'
import { Unknown } from '../parts/text/unknown.tsx'
import { duration, percent } from '../view/format.ts'
import styles from './compare.module.css'
import { type Compared, nameOf } from './lines.ts'

type Props = {
  rows: readonly Compared[]
  byStart: boolean
  withBefore: boolean
  /** All that the link calls the channel. */
  onRemove(handles: readonly string[]): void
}

const noViewers = 'No probe saw viewers.'
const noProbes = 'The channel was not probed in this time.'
const notCounted = 'Computed a few minutes after the end.'

type Sums = { average: number | null; peak: number | null; hoursWatched: number | null }
type Row = Partial<Sums> & { seconds?: number | undefined; coverage?: number | null | undefined }

/** What a channel comes to: of the range, or of its latest broadcast. */
const sumsOf = ({ channel }: Compared, byStart: boolean): Row => {
  const session = channel?.sessions?.nodes[0]
  if (!byStart)
    return {
      ...channel?.viewers?.summary,
      seconds: channel?.airtime?.seconds,
      coverage: channel?.viewers?.meta.coverage,
    }
  if (!session) return {}
  const { averageViewers, peakViewers, hoursWatched, durationSeconds, coverage, timeline } = session
  return {
    average: averageViewers,
    peak: peakViewers,
    hoursWatched,
    seconds: durationSeconds,
    coverage: coverage ?? timeline.meta.coverage,
  }
}

/** Time on air. Zero is said only of what was watched. */
const OnAir = ({ seconds, coverage }: Pick<Row, 'seconds' | 'coverage'>) =>
  seconds === undefined || (seconds === 0 && !coverage) ? <Unknown reason={noProbes} /> : duration(seconds)

const onAirHint = 'Only what is inside the range.'

/** The channels with what their viewers come to. */
export const ComparedTable = ({ rows, byStart, withBefore, onRemove }: Props) => (
  <table className={styles.table}>
    <caption className="visually-hidden">The channels that are compared</caption>
    <thead>
      <tr>
        <th scope="col">Channel</th>
        <th scope="col" title={byStart ? undefined : onAirHint}>
          {byStart ? 'Duration' : 'On air'}
        </th>
        <th scope="col" title={coverageHint}>
          Coverage
        </th>
        <th scope="col">Average</th>
        <th scope="col">Peak</th>
        <th scope="col">Hours watched</th>
        {withBefore && (
          <>
            <th scope="col">Before: on air</th>
            <th scope="col" title={coverageHint}>
              Before: coverage
            </th>
            <th scope="col">Before: hours watched</th>
          </>
        )}
        <th scope="col">
          <span className="visually-hidden">Remove</span>
        </th>
      </tr>
    </thead>
    <tbody>
      {rows.map((row, i) => {
        const sum = sumsOf(row, byStart)
        const before = row.channel?.before
        return (
          <tr key={row.handle}>
            <th scope="row">
              <span className={styles.name}>
                <Swatch series={{ colour: i + 1 }} />
                {row.channel ? (
                  <ChannelLink channel={row.channel} />
                ) : (
                  <span>{row.handle}: no channel has or had this handle</span>
                )}
                {byStart && row.channel && !row.channel.sessions?.nodes[0] && (
                  <span className={styles.quiet}>no broadcast in this range</span>
                )}
              </span>
            </th>
            <td>
              <OnAir {...sum} />
            </td>
            <td>{sum.coverage ? percent(sum.coverage) : <Unknown reason={byStart ? notCounted : noProbes} />}</td>
            <td>
              <Num value={sum.average} unit="viewers" unknown={noViewers} />
            </td>
            <td>
              <Num value={sum.peak} unit="viewers" unknown={noViewers} />
            </td>
            <td>
              <Num value={sum.coverage ? sum.hoursWatched : null} unit="hours" unknown={noViewers} />
            </td>
            {withBefore && (
              <td>
                <OnAir seconds={row.channel?.airtimeBefore?.seconds} coverage={before?.meta.coverage} />
              </td>
            )}
            {withBefore && (
              <td>{before?.meta.coverage ? percent(before.meta.coverage) : <Unknown reason={noProbes} />}</td>
            )}
            {withBefore && (
              <td>
                <Num
                  value={before?.meta.coverage ? before.summary.hoursWatched : null}
                  unit="hours"
                  unknown={noProbes}
                />
              </td>
            )}
            <td>
              <Button kind="quiet" aria-label={`Remove ${nameOf(row, rows)}`} onClick={() => onRemove(row.handles)}>
                Remove
              </Button>
            </td>
          </tr>
        )
      })}
    </tbody>
  </table>
)
