import { useState } from 'react'
import { StreamerList } from '../../../generated/streamers.ts'
import { useKeptQuery } from '../../data/use-kept-query.ts'
import { Button } from '../../parts/control/button.tsx'
import { SearchField } from '../../parts/control/search-field.tsx'
import place from '../../parts/place/sections.module.css'
import { type SectionProps, useReady } from '../../parts/place/use-ready.ts'
import { Message } from '../../parts/states/message.tsx'
import { DataTable } from '../../parts/table/data-table.tsx'
import { Pages } from '../../parts/table/pages.tsx'
import { useSettingsSearch } from '../use-settings-search.ts'
import { NewStreamer } from './new-streamer.tsx'
import { streamerColumns, streamerLink } from './streamer-columns.tsx'
import { StreamerDetails } from './streamer-details.tsx'

const pageSize = 50

const List = ({ onReady }: SectionProps) => {
  const { search, change } = useSettingsSearch()
  const { q, after } = search
  const { data, problem, busy, ask } = useKeptQuery(StreamerList, { search: q, after, first: pageSize })
  const [isMaking, make] = useState(false)
  useReady(data !== null || problem !== null, onReady)
  return (
    <section className={place.section} aria-label="Streamers">
      <div className={place.sectionHead}>
        <div className={place.search}>
          <SearchField
            label="Search streamers by name"
            hiddenLabel
            placeholder="Search streamers by name"
            longest={100}
            value={q ?? ''}
            onSearch={(text) => change({ q: text || undefined, after: undefined }, { replace: true })}
          />
        </div>
        {!isMaking && (q || data?.streamers.nodes.length !== 0) && (
          <Button kind="main" onClick={() => make(true)}>
            Add a streamer
          </Button>
        )}
      </div>
      {isMaking && <NewStreamer onClose={() => make(false)} />}
      <DataTable
        caption="Streamers, newest first"
        columns={streamerColumns}
        rows={data?.streamers.nodes ?? null}
        rowKey={({ id }) => id}
        href={streamerLink}
        busy={busy && data !== null}
        problem={problem}
        onRetry={() => ask({ requestPolicy: 'network-only' })}
        empty={
          q ? (
            <Message
              title="No streamer matches"
              action={<Button onClick={() => change({ q: undefined, after: undefined })}>Show all streamers</Button>}
            />
          ) : (
            <Message
              title="There are no streamers yet"
              action={!isMaking && <Button onClick={() => make(true)}>Add a streamer</Button>}
            >
              A streamer is a person who claims channels. Add the person first, then their channels.
            </Message>
          )
        }
      />
      <Pages info={data?.streamers.pageInfo} at={{ after }} />
    </section>
  )
}

/** The people who claim channels: all of them, or the one that is open. */
export const Streamers = ({ onReady }: SectionProps) => {
  const { search } = useSettingsSearch()
  return search.streamer ? (
    <StreamerDetails key={search.streamer} id={search.streamer} onReady={onReady} />
  ) : (
    <List onReady={onReady} />
  )
}
