import type { Transaction } from '../../stores/postgres/postgres.ts'
import { hasLegacyScores, type LegacyTable, presentTables } from '../legacy-tables.ts'
import { countRows } from '../pace.ts'
import { ask, type FindingSummary, type Step } from '../step.ts'
import { plannedOfScores, plannedOfSubscriptions } from './planned-findings.ts'

type ById = { after: string }

/** A step that goes through a table by its id, so many rows at a time; `sql` is given the bounds `$1` (beyond) and `$2` (through). */
const byId = (
  table: LegacyTable,
  {
    name,
    title,
    most,
    secondsPerRow,
    sql,
    fills,
    planned,
  }: {
    name: string
    title: string
    most: number
    secondsPerRow: number
    sql: string
    fills?: readonly string[]
    planned?: (db: Transaction) => Promise<FindingSummary[]>
  },
): Step => ({
  name,
  phase: 'phase-a',
  title,
  fills: fills ?? [],
  async estimate({ db }) {
    if (!(await presentTables(db)).has(table)) return { rows: 0, seconds: 0 }
    const rows = (await countRows(db, [table])).get(table) ?? 0
    return { rows, seconds: rows * secondsPerRow, findings: (await planned?.(db)) ?? [] }
  },
  async run({ db, batches }) {
    if (!(await presentTables(db)).has(table)) return
    await batches<ById>(async (tx, position, sizeOf) => {
      const size = sizeOf(most)
      const after = position?.after ?? '0'
      const [row] = await tx.query(
        ask<{ last: string | null; count: number }>(
          `SELECT max(id)::text AS last, count(*)::int AS count FROM (SELECT id FROM ${table} WHERE id > $1::bigint ORDER BY id LIMIT $2) b`,
        ),
        [after, size],
      )
      const { last, count } = row!
      if (last !== null) await tx.query(ask(sql), [after, last])
      return { position: { after: last ?? after }, rows: count, done: count < size }
    })
  },
})

const fillColumn = (table: LegacyTable): Step =>
  byId(table, {
    name: `channel-ids-${table.split('.')[1]}`,
    title: `Fill channel_id in ${table}`,
    most: 4_000,
    secondsPerRow: 0.00003,
    sql: `UPDATE ${table} t SET channel_id = adoption.ensure_channel('kick', t.kick_user_id)
      WHERE t.id > $1::bigint AND t.id <= $2::bigint AND t.channel_id IS NULL AND t.kick_user_id IS NOT NULL`,
  })

/** Fills the columns of the larger tables, in short batches. */
export const columnSteps: readonly Step[] = [
  fillColumn('public.kick_event_subscriptions'),
  fillColumn('scrape.kick_raw'),
  fillColumn('public.kick_stream_sessions'),
  fillColumn('public.kick_chat_messages'),
]

/** Who is polled. */
export const scheduleStep: Step = {
  name: 'schedule',
  phase: 'phase-a',
  fills: ['dm.probe_schedule', 'public.kick_streamer_probe_schedule'],
  title: 'Take over who is polled',
  async estimate({ db }) {
    const table = 'public.kick_streamer_probe_schedule'
    if (!(await presentTables(db)).has(table)) return { rows: 0, seconds: 0 }
    const rows = (await countRows(db, [table])).get(table) ?? 0
    return { rows, seconds: rows * 0.00008 }
  },
  async run({ db, batches }) {
    if (!(await presentTables(db)).has('public.kick_streamer_probe_schedule')) return
    await batches<ById>(async (tx, position, sizeOf) => {
      const size = sizeOf(1_000)
      const rows = await tx.query(
        ask<{ id: string }>(
          'SELECT kick_user_id AS id FROM public.kick_streamer_probe_schedule WHERE kick_user_id > $1 ORDER BY 1 LIMIT $2',
        ),
        [position?.after ?? '', size],
      )
      const users = rows.map(({ id }) => id)
      await tx.query(
        ask(`UPDATE public.kick_streamer_probe_schedule SET channel_id = adoption.ensure_channel('kick', kick_user_id, last_probed_at)
          WHERE kick_user_id = ANY ($1::text[]) AND channel_id IS NULL`),
        [users],
      )
      await tx.query(
        ask(
          `SELECT adoption.sync_schedule(array_agg(channel_id)) FROM public.kick_streamer_probe_schedule WHERE kick_user_id = ANY ($1::text[]) AND channel_id IS NOT NULL`,
        ),
        [users],
      )
      return { position: { after: users.at(-1) ?? '' }, rows: users.length, done: users.length < size }
    })
  },
}

/** What Kick has promised to deliver, the log of calls, exports and the ids of deliveries. */
export const smallSteps: readonly Step[] = [
  byId('public.kick_event_subscriptions', {
    name: 'subscriptions',
    title: 'Take over event subscriptions',
    fills: ['dm.event_subscription'],
    planned: plannedOfSubscriptions,
    most: 500,
    secondsPerRow: 0.0001,
    sql: `SELECT adoption.sync_subscriptions(array_agg(DISTINCT channel_id)) FROM public.kick_event_subscriptions
      WHERE id > $1::bigint AND id <= $2::bigint AND channel_id IS NOT NULL`,
  }),
  byId('scrape.kick_raw', {
    name: 'calls',
    title: 'Take over the log of calls',
    most: 2_000,
    secondsPerRow: 0.00003,
    sql: 'SELECT adoption.copy_calls($1::bigint, $2::bigint)',
  }),
  byId('public.kick_chat_s3_archive_log', {
    name: 'exports',
    title: 'Take over the log of exports of chat',
    most: 2_000,
    secondsPerRow: 0.00003,
    sql: 'SELECT adoption.copy_exports($1::bigint, $2::bigint)',
  }),
  byId('webhooks.incoming', {
    name: 'deliveries',
    title: 'Take over the ids of deliveries, and who they are about',
    most: 2_000,
    secondsPerRow: 0.00006,
    sql: 'SELECT adoption.copy_deliveries($1::bigint, $2::bigint)',
  }),
]

/** The scores: their table stays, and each row is given what a row of ours has. */
export const scoresStep: Step = {
  name: 'scores',
  phase: 'phase-a',
  title: 'Give the current trust scores their channels and our shape',
  async estimate({ db }) {
    if (!(await hasLegacyScores(db))) return { rows: 0, seconds: 0 }
    const rows = (await countRows(db, ['public.streamer_trust_scores'])).get('public.streamer_trust_scores') ?? 0
    return { rows, seconds: rows * 0.00015, findings: await plannedOfScores(db) }
  },
  async run({ db, batches }) {
    if (!(await hasLegacyScores(db))) return
    await batches<ById>(async (tx, position, sizeOf) => {
      const size = sizeOf(500)
      // The trigger does it, as for a row that is written now; that this is no old writer says the second setting.
      await tx.query(ask(`SET LOCAL adoption.syncing = 'off'; SET LOCAL adoption.filling = 'on'`))
      const rows = await tx.query(
        ask<{ place: string }>(`UPDATE public.streamer_trust_scores t SET factors = t.factors
          FROM (SELECT platform, platform_user_id FROM public.streamer_trust_scores
            WHERE (platform || ':' || platform_user_id) COLLATE "C" > $1 COLLATE "C" ORDER BY (platform || ':' || platform_user_id) COLLATE "C" LIMIT $2) b
          WHERE t.platform = b.platform AND t.platform_user_id = b.platform_user_id RETURNING t.platform || ':' || t.platform_user_id AS place`),
        [position?.after ?? '', size],
      )
      const after = rows
        .map(({ place }) => place)
        .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
        .at(-1)
      return { position: { after: after ?? '' }, rows: rows.length, done: rows.length < size }
    })
  },
}
