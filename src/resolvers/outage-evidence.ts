import { expressions } from '../stores/postgres/model.ts'
import type { Transaction } from '../stores/postgres/postgres.ts'
import { sql, statement } from '../stores/postgres/statement.ts'

/** Outages in which calls to a platform are looked for, in milliseconds since the epoch. */
export type AskedSpan = { from: number; to: number }

/** What is asked of the database that knows channels and calls. */
export type EvidenceRequest = {
  env: string
  /** The outages that calls may explain. */
  spans: readonly AskedSpan[]
  platforms: readonly string[]
  channelIds: readonly bigint[]
  /** What losses and backlogs have to be of, as it is named in the spool. */
  lossTargets: readonly string[]
  backlogTarget: string
}

type CallRow = {
  platform: string
  slice: number
  status: number | null
  error: string | null
  channelId: string | null
  count: number
}
type SilenceRow = {
  platform: string
  slice: number
  first: number
  last: number
  before: number | null
  after: number | null
}
type SwitchRow = { target: string; at: number; active: boolean | null; was: boolean | null; by: string | null }
type ScheduleRow = { channelId: string; active: boolean; switchedAt: number }
type LossRow = {
  target: string
  source: 'clickhouse' | 'spool'
  from: number
  to: number
  rows: number | null
  isAccepted: boolean
}
type BacklogRow = { node: string; oldestAt: number }

/** What is kept of the time of outages. Slices are numbered between the edges. */
export type Evidence = {
  /** The ends of all spans, in order. */
  edges: readonly number[]
  /** The oldest call that is kept; null where there never was one. */
  oldestCall: { id: number; at: number } | null
  calls: readonly CallRow[]
  silences: readonly SilenceRow[]
  switches: readonly SwitchRow[]
  schedules: readonly ScheduleRow[]
  losses: readonly LossRow[]
  backlogs: readonly BacklogRow[]
}

const ms = (instant: string): string => `round(extract(epoch FROM ${instant}) * 1000)::float8`
const listOf = (query: string): string =>
  `(SELECT coalesce(json_agg(row_to_json(listed)), '[]') FROM (${query}) listed)`

/** How many entries of the audit log are looked at of each target. */
const maxSwitches = 200

const switchesOf = (side: 'dm' | 'public', targets: string): string =>
  `SELECT a.target, ${ms('a.recorded_at')} AS at, coalesce(a.name, a.subject) AS by, a.before, a.after
   FROM unnest(${targets}::text[]) AS asked (target) CROSS JOIN LATERAL (
     SELECT * FROM ${side}.audit_log l WHERE l.target = asked.target ORDER BY l.id DESC LIMIT ${maxSwitches}) a`

type Row = Omit<Evidence, 'edges'>

// Each call is read once, whatever the number of outages: windows do not overlap, and a slice lies between two ends of outages. Errors are
// grouped roughly, as each can have a text of its own.
const evidence = statement(
  'outage_evidence',
  sql`WITH calls AS MATERIALIZED (
     SELECT c.platform, c.status, c.error, c.requested_at AS at, width_bucket(c.requested_at, $1::timestamptz[]) AS slice,
       CASE WHEN c.channel_id = ANY ($5::bigint[]) THEN c.channel_id::text END AS channel
     FROM unnest($2::timestamptz[], $3::timestamptz[]) AS w (from_at, to_at)
     JOIN dm.scrape_log c ON c.requested_at >= w.from_at AND c.requested_at < w.to_at AND c.platform = ANY ($4::text[])),
   gaps AS (SELECT platform, slice, at, lag(at) OVER (PARTITION BY platform, slice ORDER BY at) AS before FROM calls)
   SELECT ${expressions<Row>({
     oldestCall: `(SELECT json_build_object('id', id, 'at', ${ms('requested_at')}) FROM dm.scrape_log ORDER BY id LIMIT 1)`,
     calls:
       listOf(`SELECT platform, slice, status, min(error) AS error, channel AS "channelId", count(*)::float8 AS count FROM calls
       GROUP BY platform, slice, status, channel, CASE WHEN error LIKE 'not sent: %' THEN 'not sent' WHEN error IS NOT NULL THEN 'failed' END`),
     silences: listOf(`SELECT platform, slice, ${ms('min(at)')} AS first, ${ms('max(at)')} AS last,
         ${ms('(array_agg(before ORDER BY at - before DESC NULLS LAST))[1]')} AS before,
         ${ms('(array_agg(at ORDER BY at - before DESC NULLS LAST))[1]')} AS after
       FROM gaps GROUP BY platform, slice`),
     switches: listOf(`SELECT target, at, by, (before->>'active')::boolean AS was, (after->>'active')::boolean AS active
       FROM (${switchesOf('dm', '$6')}) s WHERE after ? 'active'`),
     schedules: listOf(`SELECT channel_id::text AS "channelId", active, ${ms('switched_at')} AS "switchedAt"
       FROM dm.probe_schedule WHERE channel_id = ANY ($5::bigint[])`),
     losses:
       listOf(`SELECT target, source, ${ms('from_at')} AS from, ${ms('to_at')} AS to, row_count::float8 AS rows, accepted_at IS NOT NULL AS "isAccepted"
       FROM dm.known_loss WHERE env = $7 AND target = ANY ($8::text[]) ORDER BY id DESC LIMIT 1000`),
     backlogs: listOf(
       `SELECT node, ${ms('oldest_at')} AS "oldestAt" FROM dm.spool_backlog WHERE env = $7 AND target = $9 AND holds ORDER BY oldest_at LIMIT 100`,
     ),
   })}`,
)

const pollingSwitches = statement(
  'outage_polling_switches',
  sql`SELECT ${expressions<{ target: string; at: number; by: string | null; was: string | null; value: string | null }>(
    {
      target: 's.target',
      at: 's.at',
      by: 's.by',
      was: `s.before->>'value'`,
      value: `s.after->>'value'`,
    },
  )} FROM (${switchesOf('public', '$1')}) s`,
)

/** Spans as windows that do not overlap, in order. */
const windowsOf = (spans: readonly AskedSpan[]): AskedSpan[] => {
  const windows: AskedSpan[] = []
  for (const { from, to } of spans.toSorted((a, b) => a.from - b.from)) {
    const last = windows.at(-1)
    if (last && from <= last.to) last.to = Math.max(last.to, to)
    else windows.push({ from, to })
  }
  return windows
}

/** The target of entries of the audit log about a channel. */
export const channelTarget = (channelId: bigint | string): string => `channel:${channelId}`

/** Reads what is kept of the time of outages, in one statement. */
export const readEvidence = async (db: Transaction, asked: EvidenceRequest): Promise<Evidence> => {
  const { env, spans, platforms, channelIds, lossTargets, backlogTarget } = asked
  const edges = [...new Set(spans.flatMap(({ from, to }) => [from, to]))].sort((a, b) => a - b)
  const windows = windowsOf(spans)
  const dates = (instants: readonly number[]) => instants.map((instant) => new Date(instant))
  const [row] = await db.query(evidence, [
    dates(edges),
    dates(windows.map(({ from }) => from)),
    dates(windows.map(({ to }) => to)),
    platforms,
    channelIds,
    channelIds.map(channelTarget),
    env,
    lossTargets,
    backlogTarget,
  ])
  return { ...row!, edges }
}

/** When somebody switched the polling of a platform: the value before and after, null for the default. */
export type PollingSwitch = { target: string; at: number; by: string | null; was: string | null; value: string | null }

/** The target of entries of the audit log about the polling of a platform. */
export const pollingTarget = (platform: string): string => `configuration:monitoring.${platform}.polling`

/** Reads who switched the polling of platforms, in one statement of the other side. */
export const readPollingSwitches = (db: Transaction, platforms: readonly string[]): Promise<PollingSwitch[]> =>
  db.query(pollingSwitches, [platforms.map(pollingTarget)])
