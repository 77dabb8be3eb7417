import { Link } from '@tanstack/react-router'
import { Fragment } from 'react'
import { Num } from '../parts/text/number.tsx'
import { Unknown } from '../parts/text/unknown.tsx'
import { Ago } from '../parts/time/ago.tsx'
import { type Loss, lossOf, type TypeTotal, worstFirst } from './losses.ts'
import { type InboxSearch, lostOnes } from './search.ts'
import styles from './summary.module.css'

const sourceNames: Record<string, string> = { kick: 'Kick', twitch: 'Twitch', x: 'X' }

export const sourceName = (source: string): string => sourceNames[source] ?? source

/** What is lost, leading to the list of it. */
const LossLink = ({ loss, eventType }: { loss: Loss; eventType: string | null }) =>
  eventType === null || loss.state === 'none' ? (
    loss.text
  ) : (
    <Link
      from="/inbox"
      search={(before) => ({ ...before, ...lostOnes, type: eventType })}
      resetScroll={false}
      className={styles.loss}
      title="Show which"
    >
      {loss.text}
    </Link>
  )

/** The name of a type, which breaks behind its dots. */
const Dotted = ({ text }: { text: string }) =>
  text.split(/(?<=\.)/).map((part, place) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts have no other name.
    <Fragment key={place}>
      {place > 0 && <wbr />}
      {part}
    </Fragment>
  ))

type Props = { types: readonly TypeTotal[]; onChange(part: InboxSearch): void }

/** Each type of event: whether it still comes, and what of it is lost. */
export const TypeTable = ({ types, onChange }: Props) => (
  <section className={styles.types} aria-label="Types of events">
    <h2 className={styles.heading}>Types of events</h2>
    {types.length === 0 ? (
      <p className={styles.quiet}>Nothing was received or expected in this range.</p>
    ) : (
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">Type</th>
            <th scope="col">Last</th>
            <th scope="col">Received</th>
            <th scope="col">Lost</th>
          </tr>
        </thead>
        <tbody>
          {worstFirst(types).map((type) => {
            const { source, eventType, lastAt, received } = type
            const loss = lossOf(type)
            return (
              <tr key={`${source} ${eventType}`}>
                <th scope="row">
                  {eventType === null ? (
                    'not signed'
                  ) : (
                    <button type="button" className={styles.link} onClick={() => onChange({ type: eventType })}>
                      <Dotted text={eventType} />
                    </button>
                  )}
                  <span className={styles.source}>{sourceName(source)}</span>
                </th>
                <td>{lastAt ? <Ago at={lastAt} /> : <Unknown reason="None received in this range." />}</td>
                <td>
                  <Num value={received} unit="deliveries" unknown="" />
                </td>
                <td data-loss={loss.state}>
                  {loss.state === 'unknown' ? (
                    <Unknown reason="Only stream starts and ends can be compared with polling." />
                  ) : (
                    <LossLink loss={loss} eventType={eventType} />
                  )}
                </td>
              </tr>
            )
          })}
        </tbody>
      </table>
    )}
  </section>
)
