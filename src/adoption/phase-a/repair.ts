import { type LegacyTable, presentTables } from '../legacy-tables.ts'
import { comparisons, differingKeys } from '../parity.ts'
import { ask, type Step, type StepContext } from '../step.ts'
import { scores } from './triggers.ts'

/** What brings the rows of some keys into step again, as the comparison of that table names them. */
const again: { readonly [table in LegacyTable]?: string } = {
  'public.streamer_channels': `SELECT count(adoption.sync_account(c.id)) FROM (SELECT DISTINCT split_part(k, ' ', 2)::bigint AS id FROM unnest($1::text[]) k) c`,
  'public.kick_stream_sessions': `SELECT adoption.sync_sessions(ARRAY(SELECT DISTINCT s.kick_user_id FROM public.kick_stream_sessions s
    WHERE s.kick_user_id IN (SELECT split_part(k, ' ', 1) FROM unnest($1::text[]) k)))`,
  'public.kick_streamer_probe_schedule': `SELECT adoption.sync_schedule($1::bigint[])`,
  'public.kick_event_subscriptions': `SELECT adoption.sync_subscriptions(ARRAY(SELECT DISTINCT split_part(k, ' ', 1)::bigint FROM unnest($1::text[]) k))`,
  'public.kick_chat_s3_archive_log': `SELECT adoption.copy_exports(0, 9223372036854775807) FROM (SELECT $1::text[]) k`,
  'webhooks.incoming': `SELECT adoption.copy_deliveries(r.id - 1, r.id) FROM webhooks.incoming r WHERE r.message_id = ANY ($1::text[])`,
}

const size = 200

const repair = async ({ db, batches }: StepContext): Promise<void> => {
  const present = await presentTables(db)
  await batches<number>(async (tx, position) => {
    const at = position ?? 0
    if (at === 0) {
      await tx.query(ask('SELECT adoption.forget_deleted()'))
      await tx.query(ask('SELECT adoption.fill_missing(name) FROM unnest($1::text[]) AS t(name)'), [
        [...present, scores],
      ])
    }
    const comparison = comparisons[at]
    if (!comparison) {
      await tx.query(ask(`DELETE FROM adoption.finding WHERE kind = 'not-in-step'`))
      return { position: at, rows: 0, done: true }
    }
    const keys = present.has(comparison.source) ? (await differingKeys(tx, comparison)).slice(0, size) : []
    const sql = again[comparison.source]
    if (keys.length > 0 && sql) await tx.query(ask(sql), [keys])
    return { position: at + 1, rows: keys.length, done: false }
  })
}

/** Looks after what a trigger could not bring into step because somebody was in its way. */
export const repairStep: Step = {
  name: 'repair',
  phase: 'phase-a',
  title: 'Look after rows that are not in step',
  isRepeated: true,
  estimate: async () => ({ rows: 0, seconds: 0.3 }),
  run: repair,
}
