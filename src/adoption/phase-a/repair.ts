import { presentTables } from '../legacy-tables.ts'
import { comparisons, differingKeys, sliceBehind } from '../parity.ts'
import { ask, type Step, type StepContext } from '../step.ts'
import { expectedChannels } from './accounts.ts'
import { scores } from './triggers.ts'

/** What brings the rows of some keys into step again, as the comparison of that table names them. */
const again: { readonly [destination: string]: string } = {
  'dm.streamer_channel': `SELECT count(adoption.sync_account(split_part(k, ' ', 1)::bigint)) FROM unnest($1::text[]) k`,
  'public.streamer_channel_link': `SELECT count(adoption.sync_account(c.id)) FROM (SELECT DISTINCT split_part(k, ' ', 2)::bigint AS id FROM unnest($1::text[]) k) c`,
  'dm.stream_session': `SELECT adoption.sync_sessions(ARRAY(SELECT DISTINCT s.kick_user_id FROM public.kick_stream_sessions s
    WHERE s.kick_user_id IN (SELECT split_part(k, ' ', 1) FROM unnest($1::text[]) k)))`,
  'dm.probe_schedule': `SELECT adoption.sync_schedule($1::bigint[])`,
  'dm.event_subscription': `SELECT adoption.sync_subscriptions(ARRAY(SELECT DISTINCT split_part(k, ' ', 1)::bigint FROM unnest($1::text[]) k))`,
  'dm.chat_archive_log': `SELECT adoption.copy_exports(0, 9223372036854775807) FROM (SELECT $1::text[]) k`,
  'dm.webhook_message_ids': `SELECT adoption.copy_deliveries(r.id - 1, r.id) FROM webhooks.incoming r WHERE r.message_id = ANY ($1::text[])`,
}

/** The comparison, and the last channel of it that is done. */
type Position = { at: number; after: string }

const repair = async ({ db, batches }: StepContext): Promise<void> => {
  const present = await presentTables(db)
  await batches<Position>(async (tx, position) => {
    const { at, after } = position ?? { at: 0, after: '0' }
    if (!position) {
      await tx.query(ask('SELECT adoption.forget_deleted()'))
      await tx.query(ask('SELECT adoption.fill_missing(name) FROM unnest($1::text[]) AS t(name)'), [
        [...present, scores],
      ])
    }
    const comparison = comparisons[at]
    if (!comparison) {
      await tx.query(ask(`DELETE FROM adoption.finding WHERE kind = 'not-in-step'`))
      return { position: { at, after }, rows: 0, done: true }
    }
    const slice = present.has(comparison.source) ? await sliceBehind(tx, comparison, BigInt(after)) : null
    if (!slice) return { position: { at: at + 1, after: '0' }, rows: 0, done: false }
    const keys = await differingKeys(tx, comparison, slice)
    const sql = again[comparison.destination]
    if (keys.length > 0 && sql) await tx.query(ask(sql), [keys])
    return { position: { at, after: String(slice.last) }, rows: keys.length, done: false }
  })
}

/** Looks after what a trigger could not bring into step because somebody was in its way. */
export const repairStep: Step = {
  name: 'repair',
  phase: 'phase-a',
  title: 'Look after rows that are not in step',
  isRepeated: true,
  // It compares all tables, channel after channel.
  estimate: async ({ db }) => ({ rows: 0, seconds: 0.3 + (await expectedChannels(db)) * 0.0006 }),
  run: repair,
}
