import { Message } from '../parts/states/message.tsx'
import { type Column, DataTable } from '../parts/table/data-table.tsx'
import { Unknown } from '../parts/text/unknown.tsx'
import { Instant } from '../parts/time/instant.tsx'
import { duration } from '../view/format.ts'
import type { ChannelOfPage } from './use-channel-page.ts'

type Period = ChannelOfPage['slugHistory'][number]

const columns: readonly Column<Period>[] = [
  { id: 'name', head: 'Name', width: '30%', cell: ({ slug }) => <bdi>{slug}</bdi> },
  { id: 'from', head: 'First seen', cell: ({ observedFrom }) => <Instant at={observedFrom} form="long" /> },
  {
    id: 'until',
    head: 'Until',
    cell: ({ observedUntil, isCurrent }) =>
      observedUntil ? (
        <Instant at={observedUntil} form="long" />
      ) : isCurrent ? (
        'now'
      ) : (
        <Unknown reason="The channel has not been seen since." />
      ),
  },
  {
    id: 'time',
    head: 'For',
    align: 'end',
    width: '120px',
    hideBelow: 640,
    cell: ({ observedFrom, observedUntil }) =>
      duration((Date.parse(observedUntil ?? new Date().toISOString()) - Date.parse(observedFrom)) / 1_000),
  },
]

const keyOf = ({ slug, observedFrom }: Period): string => `${slug} ${observedFrom}`

/** Every name under which it was seen. The platform does not tell when a rename happened: these are the instants at which we saw it. */
export const Names = ({ history }: { history: readonly Period[] }) => (
  <DataTable
    columns={columns}
    rows={history}
    rowKey={keyOf}
    caption="Names of the channel, newest first"
    dense
    empty={<Message title="No name yet">It will appear once the platform has been asked.</Message>}
  />
)
