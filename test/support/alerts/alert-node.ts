import { type Deliverer, type DeliveryOptions, startDelivering } from '../../../src/alerts/deliver.ts'
import { type Follower, type FollowOptions, followLogs } from '../../../src/alerts/follow.ts'
import { silentLog } from '../../../src/lib/log.ts'
import type { Postgres } from '../../../src/stores/postgres/postgres.ts'
import { sidesOf } from '../stores/split-postgres.ts'
import { postTo } from './receiver.ts'

/** A node that decides on what happens and delivers it. */
export type AlertNode = AsyncDisposable & { follower: Follower; deliverer: Deliverer }

/** Quick enough for tests. */
export const quickPlan = {
  baseMs: 20,
  maxMs: 200,
  attempts: 36,
  pauseAfterMs: 86_400_000,
  failuresBeforeWait: 3,
  longestTargetWaitMs: 200,
}

/** Starts a node on a database; its targets post to the URL in their settings. */
export const startAlertNode = (
  db: Postgres,
  { deliver = {}, follow = {} }: { deliver?: Partial<DeliveryOptions>; follow?: Partial<FollowOptions> } = {},
): AlertNode => {
  const databases = sidesOf(db)
  const deliverer = startDelivering({
    db: databases.public,
    openTarget: ({ settings }) => postTo(String(settings.url)),
    log: silentLog,
    plan: quickPlan,
    pollMs: 50,
    ...deliver,
  })
  const follower = followLogs({
    databases,
    pageUrl: (platform, slug) => `https://${platform}.test/${slug}`,
    log: silentLog,
    onAlerts: deliverer.wake,
    ...follow,
  })
  return {
    follower,
    deliverer,
    async [Symbol.asyncDispose]() {
      await follower[Symbol.asyncDispose]()
      await deliverer[Symbol.asyncDispose]()
    },
  }
}

/** Waits until a node follows the logs. */
export const isFollowing = ({ follower }: AlertNode): boolean => follower.lastEndMs() !== null
