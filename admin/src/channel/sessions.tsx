import { ChannelSessions } from '../../generated/channel.ts'
import type { ChannelSessionsQuery } from '../../generated/graphql.ts'
import { isEndInferred } from '../parts/session/inferred-end.ts'
import { Message } from '../parts/states/message.tsx'
import { LiveMark } from '../parts/status/live-mark.tsx'
import { type Column, DataTable } from '../parts/table/data-table.tsx'
import { ShowMore } from '../parts/table/pages.tsx'
import { StaleNote } from '../parts/table/stale-note.tsx'
import { usePages } from '../parts/table/use-pages.ts'
import { coverageHint } from '../parts/text/coverage.ts'
import { Num } from '../parts/text/number.tsx'
import { Unknown } from '../parts/text/unknown.tsx'
import { Ago } from '../parts/time/ago.tsx'
import { Instant } from '../parts/time/instant.tsx'
import { duration, percent } from '../view/format.ts'
import styles from './channel.module.css'
import { provenanceText } from './sources.ts'
import type { LoadedPage, SessionOfPage } from './use-channel-page.ts'

const noViewers = 'No probe saw viewers: either none was made, or the streamer hides the count.'
const whileLive = 'Still live: the page of the broadcast shows its coverage so far.'
const afterEnd = 'Computed a few minutes after the end.'

const columns: readonly Column<SessionOfPage>[] = [
  { id: 'start', head: 'Started', width: '128px', cell: ({ startedAt }) => <Instant at={startedAt} form="dated" /> },
  {
    id: 'duration',
    head: 'Duration',
    align: 'end',
    width: '100px',
    cell: ({ isLive, startedAt, endedAt, durationSeconds, provenance }) =>
      isLive ? (
        <Ago at={startedAt} suffix="" />
      ) : isEndInferred({ endedAt, provenance }) ? (
        <span title="At least: the end is inferred from probes.">≥ {duration(durationSeconds)}</span>
      ) : (
        duration(durationSeconds)
      ),
  },
  {
    id: 'peak',
    head: 'Peak',
    hint: 'The most viewers of one probe',
    align: 'end',
    width: '76px',
    cell: ({ peakViewers }) => <Num value={peakViewers} unit="viewers" unknown={noViewers} />,
  },
  {
    id: 'average',
    head: 'Average',
    hint: 'Viewers, weighted with time',
    align: 'end',
    width: '84px',
    hideBelow: 640,
    cell: ({ averageViewers }) => <Num value={averageViewers} unit="viewers" unknown={noViewers} />,
  },
  {
    id: 'hours',
    head: 'Hours watched',
    align: 'end',
    width: '110px',
    hideBelow: 860,
    cell: ({ hoursWatched }) => <Num value={hoursWatched} unit="hours" unknown={noViewers} />,
  },
  {
    id: 'coverage',
    head: 'Coverage',
    hint: coverageHint,
    align: 'end',
    width: '88px',
    hideBelow: 860,
    cell: ({ coverage, isLive }) =>
      coverage === null ? <Unknown reason={isLive ? whileLive : afterEnd} /> : percent(coverage),
  },
  {
    id: 'title',
    head: 'Title',
    hideBelow: 640,
    cell: ({ title, category, isLive }) => (
      <>
        {isLive && (
          <span className={styles.liveRow}>
            <LiveMark status="ONLINE" />
          </span>
        )}
        <bdi title={title ?? undefined}>{title ?? <Unknown reason="No title was reported." />}</bdi>
        {category && <span className={styles.quiet}> · {category}</span>}
      </>
    ),
  },
  {
    id: 'provenance',
    head: 'Source',
    hint: 'Who reported the start and the end',
    width: '160px',
    hideBelow: 1200,
    cell: ({ provenance }) => <span className={styles.quiet}>{provenanceText(provenance)}</span>,
  },
]

const keyOf = ({ id }: SessionOfPage): string => id
const read = (result: ChannelSessionsQuery) => result.channel?.sessions ?? null

/** The broadcasts, newest first. */
export const Sessions = ({ page: { channel } }: { page: LoadedPage }) => {
  const { id, sessions } = channel
  const { rows, hasMore, busy, problem, more } = usePages({
    list: id,
    first: sessions,
    keyOf,
    operation: ChannelSessions,
    variables: (after) => ({ id, after }),
    read,
  })
  return (
    <>
      <p className={styles.listNote}>All broadcasts, newest first, whatever the range above.</p>
      <DataTable
        columns={columns}
        rows={rows}
        rowKey={keyOf}
        caption="Broadcasts, newest first"
        href={(row) => ({ to: '/sessions/$id', params: { id: row.id } })}
        empty={
          <Message title="No broadcasts yet">
            The channel is being watched: its first broadcast appears here as soon as it starts.
          </Message>
        }
      />
      {problem && <StaleNote problem={problem} onRetry={() => void more()} />}
      <ShowMore hasMore={hasMore} busy={busy} onMore={() => void more()} />
    </>
  )
}
