import { ChannelLink } from '../parts/channel/channel-link.tsx'
import { Swatch } from '../parts/chart/swatch.tsx'
import { Button } from '../parts/control/button.tsx'
import { Num } from '../parts/text/number.tsx'
import styles from './compare.module.css'
import { type Compared, nameOf } from './lines.ts'

type Props = { rows: readonly Compared[]; byStart: boolean; withBefore: boolean; onRemove(handle: string): void }

const noViewers = 'No probe saw viewers.'

const sums = ({ channel }: Compared, byStart: boolean) => {
  const session = channel?.sessions?.nodes[0]
  if (byStart)
    return session && { average: session.averageViewers, peak: session.peakViewers, hoursWatched: session.hoursWatched }
  return channel?.viewers?.summary
}

/** The channels with what their viewers come to. */
export const ComparedTable = ({ rows, byStart, withBefore, onRemove }: Props) => (
  <table className={styles.table}>
    <caption className="visually-hidden">The channels that are compared</caption>
    <thead>
      <tr>
        <th scope="col">Channel</th>
        <th scope="col">Average</th>
        <th scope="col">Peak</th>
        <th scope="col">Hours watched</th>
        {withBefore && <th scope="col">Hours watched before</th>}
        <th scope="col">
          <span className="visually-hidden">Remove</span>
        </th>
      </tr>
    </thead>
    <tbody>
      {rows.map((row, i) => {
        const sum = sums(row, byStart)
        return (
          <tr key={row.handle}>
            <th scope="row">
              <span className={styles.name}>
                <Swatch series={{ colour: i + 1 }} />
                {row.channel ? (
                  <ChannelLink channel={row.channel} />
                ) : (
                  <span>{row.handle}: nobody has this handle</span>
                )}
                {byStart && row.channel && !row.channel.sessions?.nodes[0] && (
                  <span className={styles.quiet}>no broadcast in this range</span>
                )}
              </span>
            </th>
            <td>
              <Num value={sum?.average} unit="viewers" unknown={noViewers} />
            </td>
            <td>
              <Num value={sum?.peak} unit="viewers" unknown={noViewers} />
            </td>
            <td>
              <Num value={sum?.hoursWatched} unit="hours" unknown={noViewers} />
            </td>
            {withBefore && (
              <td>
                <Num value={row.channel?.before?.summary.hoursWatched} unit="hours" unknown={noViewers} />
              </td>
            )}
            <td>
              <Button kind="quiet" aria-label={`Remove ${nameOf(row, rows)}`} onClick={() => onRemove(row.handle)}>
                Remove
              </Button>
            </td>
          </tr>
        )
      })}
    </tbody>
  </table>
)
