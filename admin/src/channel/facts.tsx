import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { Num } from '../parts/text/number.tsx'
import { Unknown } from '../parts/text/unknown.tsx'
import { Ago } from '../parts/time/ago.tsx'
import { Instant } from '../parts/time/instant.tsx'
import { datedInstant, longInstant, utcInstant } from '../view/format.ts'
import { useView } from '../view/view.tsx'
import styles from './channel.module.css'
import { formerNames } from './name-list.ts'
import { Trust } from './trust.tsx'
import { type ChannelOfPage, isPaused } from './use-channel-page.ts'
import type { LiveChannel } from './use-live-channel.ts'

const Fact = ({ name, children }: { name: string; children: ReactNode }) => (
  <div className={styles.fact}>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
)

const shownNames = 2

const exactInstant = (at: number, zone: string): string => `${longInstant(at, zone)} (${utcInstant(at)})`

/** Names before this one, with the day on which they were given up. */
const Names = ({ channel }: { channel: ChannelOfPage }) => {
  const { zone } = useView()
  const former = formerNames(channel.slugHistory)
  if (former.length === 0) return 'None'
  return (
    <>
      {former.slice(0, shownNames).map(({ slug, observedUntil }, i) => (
        <span key={slug}>
          {i > 0 && ', '}
          <i>{slug}</i>
          {observedUntil && (
            <time
              dateTime={observedUntil}
              title={exactInstant(Date.parse(observedUntil), zone)}
              className={styles.quiet}
            >
              {' '}
              until {datedInstant(Date.parse(observedUntil), zone)}
            </time>
          )}
        </span>
      ))}
      {former.length > shownNames && (
        <Link to="." search={(before) => ({ ...before, tab: 'names' as const })}>
          {' '}
          and {former.length - shownNames} more
        </Link>
      )}
    </>
  )
}

const Status = ({ live: { status, onAir, changedAt }, paused }: { live: LiveChannel; paused: boolean }) => {
  if (paused)
    return (
      <>
        Not watched
        {changedAt !== null && (
          <span className={styles.more}>
            {status === 'ONLINE' ? '; live since ' : '; last seen offline since '}
            <Instant at={changedAt} form="dated" />
          </span>
        )}
      </>
    )
  if (status === 'UNKNOWN') return <Unknown reason="The channel has not been probed yet." />
  if (changedAt === null) return status === 'ONLINE' ? 'Live' : 'Never seen live'
  return (
    <>
      {status === 'ONLINE' ? 'Live for ' : 'Offline for '}
      <Ago at={changedAt} suffix="" />
      <span className={styles.more}>
        {' since '}
        <Instant at={changedAt} />
      </span>
      {onAir?.title && (
        <span className={styles.title} dir="auto" title={onAir.title}>
          {[onAir.title, onAir.category].filter(Boolean).join(' · ')}
        </span>
      )}
    </>
  )
}

/** What is known of the channel now, in one line. */
export const Facts = ({ channel, live }: { channel: ChannelOfPage; live: LiveChannel }) => (
  <dl className={styles.facts}>
    <Fact name="Status">
      <Status live={live} paused={isPaused(channel)} />
    </Fact>
    {live.status === 'ONLINE' && (
      <Fact name="Viewers now">
        <Num
          value={live.viewers}
          unit="viewers"
          unknown="The streamer hides the count, or the latest probe is too old."
        />
      </Fact>
    )}
    <Fact name="Followers">
      <Num
        value={channel.followerCount}
        unit="followers"
        unknown={channel.followerTotals.reason ?? 'The platform has not reported it yet.'}
      />
    </Fact>
    <Fact name="Trust">
      <Trust channel={channel} />
    </Fact>
    <Fact name="Former names">
      <Names channel={channel} />
    </Fact>
    <Fact name="Known since">
      <Instant at={channel.firstSeenAt} form="dated" />
    </Fact>
  </dl>
)
