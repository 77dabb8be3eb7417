import { Link } from '@tanstack/react-router'
import type { LostDeliveriesQuery } from '../../generated/graphql.ts'
import { ChannelLink } from '../parts/channel/channel-link.tsx'
import type { Column } from '../parts/table/data-table.tsx'
import { Unknown } from '../parts/text/unknown.tsx'
import { Ago } from '../parts/time/ago.tsx'
import { Instant } from '../parts/time/instant.tsx'
import { duration } from '../view/format.ts'

export type Lost = LostDeliveriesQuery['lostDeliveries']['nodes'][number]

const changes: Record<Lost['change'], string> = {
  STREAM_START: 'start',
  STREAM_END: 'end',
  CONNECTION_TEST: 'test',
}

const noticers: Record<Lost['noticedBy'], string> = {
  POLL: 'by polling',
  WEBHOOK: 'by another delivery',
  OPERATOR: 'by an operator',
  IMPORT: 'by an import',
}

const secondsBetween = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / 1_000

export const lostColumns: readonly Column<Lost>[] = [
  { id: 'at', head: 'Occurred', width: 'min(132px, 31vw)', cell: ({ occurredAt }) => <Instant at={occurredAt} /> },
  {
    id: 'ago',
    head: 'Ago',
    width: '110px',
    hideBelow: 1200,
    cell: ({ occurredAt }) => <Ago at={occurredAt} suffix="" />,
  },
  { id: 'channel', head: 'Channel', cell: ({ channel }) => <ChannelLink channel={channel} /> },
  { id: 'change', head: 'Change', width: 'min(90px, 18vw)', cell: ({ change }) => changes[change] },
  {
    id: 'type',
    head: 'Missing delivery',
    width: '20%',
    hideBelow: 860,
    cell: ({ eventType }) => <code>{eventType}</code>,
  },
  {
    id: 'noticed',
    head: 'Noticed',
    width: '190px',
    hideBelow: 640,
    cell: ({ occurredAt, noticedAt, noticedBy }) =>
      `${duration(secondsBetween(occurredAt, noticedAt))} later, ${noticers[noticedBy]}`,
  },
  {
    id: 'session',
    head: 'Broadcast',
    width: '26%',
    hideBelow: 860,
    cell: ({ session }) =>
      session ? (
        <Link to="/sessions/$id" params={{ id: session.id }} dir="auto">
          {session.title ?? 'untitled'}
        </Link>
      ) : (
        <Unknown reason="The broadcast is no longer kept." />
      ),
  },
]
