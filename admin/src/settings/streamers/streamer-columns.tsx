import type { LinkProps } from '@tanstack/react-router'
import type { StreamerListQuery } from '../../../generated/graphql.ts'
import type { Column } from '../../parts/table/column.ts'
import { Instant } from '../../parts/time/instant.tsx'
import styles from './streamers.module.css'

type StreamerLine = StreamerListQuery['streamers']['nodes'][number]

export const streamerLink = ({ id }: StreamerLine): LinkProps => ({
  to: '/settings',
  search: { tab: 'streamers', streamer: id },
})

export const streamerColumns: readonly Column<StreamerLine>[] = [
  { id: 'name', head: 'Name', cell: ({ name }) => <span dir="auto">{name}</span> },
  {
    id: 'claims',
    head: 'Claims',
    width: '46%',
    cell: ({ claims }) =>
      claims.length === 0 ? (
        <span className={styles.quiet}>none</span>
      ) : (
        claims.map(({ channel, verified }, i) => (
          <span key={channel.id} className={styles.claimName}>
            {i > 0 && ', '}
            {channel.displayName ?? channel.slug ?? channel.channelId}
            {!verified && <span className={styles.quiet}> (not verified)</span>}
          </span>
        ))
      ),
  },
  { id: 'made', head: 'Added', width: '140px', hideBelow: 640, cell: ({ createdAt }) => <Instant at={createdAt} /> },
]
