import type { Access } from '../access/access.ts'
import type { Identity } from '../access/identity.ts'
import type { Alerts } from '../alerts/alerts.ts'
import type { Erasing } from '../erasing/erasing.ts'
import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import type { Hub } from '../live/hub.ts'
import type { Platform, PlatformName } from '../platforms/platform.ts'
import type { PlatformRegistry } from '../platforms/platform-definition.ts'
import type { Configuration } from '../settings/configuration.ts'
import type { ListedSetting } from '../settings/list-settings.ts'
import type { ClickHouse } from '../stores/clickhouse/open-clickhouse.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'
import type { PrismaReads } from '../stores/postgres/prisma.ts'
import type { LostSpan } from '../telemetry/outages.ts'
import type { ReplayDelivery } from '../webhooks/replay-delivery.ts'
import type { HeavyCallers } from './heavy-callers.ts'
import { withHeavyTurns } from './heavy-turns.ts'
import { createLoaders, type Loaders } from './loaders.ts'
import type { OperationsSource } from './operations-source.ts'
import type { PageCursors } from './page-cursor.ts'

/** What is kept of the past, by the way it comes in. */
export type HistoryKind = 'probes' | 'chat' | 'follows' | 'deliveries'

/** What happened, as ClickHouse keeps it. */
export type History = {
  store: ClickHouse
  /** The `env` of every row. */
  env: string
  /** Up to where everything of a kind that was observed or delivered has arrived, unless it is lost. */
  completeThrough(kind: HistoryKind): Date
  /** The spans of which rows of a kind are lost. */
  lost(kind: HistoryKind): readonly LostSpan[]
}

/** What resolvers may reach; built once per process. */
export type Services = {
  /** The two sides of the data model. They may be one database; no statement joins them. */
  databases: { dm: Postgres; public: Postgres }
  /** Prisma over the pool of `databases.dm`. */
  prisma: PrismaReads
  /** Every platform that channels can be on. */
  registry: PlatformRegistry
  /** The adapters that are set up. */
  platforms: ReadonlyMap<PlatformName, Platform>
  cursors: PageCursors
  /** Keys of callers, and the watch over those who stay. */
  access: Pick<Access, 'keys' | 'watch'>
  history: History
  /** The entries of this environment. */
  configuration: Configuration
  /** The settings of the running system, and the entries that it does not know. */
  listSettings(): Promise<ListedSetting[]>
  /** Rules, targets and deliveries of alerts. */
  alerts: Alerts
  /** What deletes channels and erases people. */
  erasing: Erasing
  /** Bounds how much each caller asks of the history at once. */
  heavyCallers: HeavyCallers
  /** Where the state of the whole system is read. */
  operations: OperationsSource
  /** What is pushed to subscribers. */
  live: Hub
  /** Absent where this process projects no webhooks. */
  replayDelivery?: ReplayDelivery
  /** Where the holder of a ticket begins to link their account. */
  linkUrl(ticket: string): string
  clock: Clock
  log: Log
}

/** What one execution of one operation sees. */
export type Context = Services & {
  identity: Identity
  /** Also in the log and in the answer of an unexpected error. */
  requestId: string
  /** What "now" means in the arguments of this execution, in milliseconds since the epoch. */
  now: number
  /** Batches and remembers reads for as long as this execution lasts. */
  loaders: Loaders
}

/** Who asks; `address` is absent where the answer is for many. */
export type ContextCaller = { identity: Identity; requestId: string; address?: string }

/** A fresh context: one per execution, because its loaders remember what they read, and its heavy queries take turns. */
export const createContext = (
  services: Services,
  { identity, requestId, address }: ContextCaller,
  now = services.clock(),
): Context => {
  const places =
    address === undefined ? undefined : services.heavyCallers.placesOf({ subject: identity.subject, address })
  return {
    ...services,
    identity,
    requestId,
    history: { ...services.history, store: withHeavyTurns(services.history.store, places) },
    now,
    loaders: createLoaders(),
  }
}
