import { jsonRows } from '../../lib/json-rows.ts'
import type { Transaction } from './postgres.ts'
import { statement } from './statement.ts'

/** Something that happened and stands in no other log, for alerts. */
export type NewHappening = {
  /** Words in lower case, joined by hyphens. */
  kind: string
  /** Null where it is about no channel. */
  channelId: bigint | null
  /** When it happened, as far as is known; null for now, by the clock of the database. */
  at: Date | null
  facts: Record<string, unknown>
}

/** The side whose log it goes into: `dm` for what the tier sees, `public` for what belongs to an environment. */
type Side = 'dm' | 'public'

/** The channel of Postgres that is notified of a new happening; both sides have it. Only a hint. */
export const happeningNotifyChannel = 'channelscope_happenings'

const ofSides = <T>(make: (side: Side) => T): Record<Side, T> => ({ dm: make('dm'), public: make('public') })

// Held until the commit, so that the next id belongs to a later commit: id order is commit order.
const lock = ofSides((side) =>
  statement(`happenings_lock_${side}`, `SELECT pg_advisory_xact_lock(hashtext('${side}.happening'))`),
)

// least() passes over null.
const append = ofSides((side) =>
  statement(
    `happenings_append_${side}`,
    `WITH appended AS (
       INSERT INTO ${side}.happening (kind, channel_id, happened_at, facts)
       SELECT v.kind, v."channelId", least(v.at, clock_timestamp()), v.facts
       FROM json_to_recordset($1) AS v(ordinal integer, kind text, "channelId" bigint, at timestamptz, facts jsonb)
       ORDER BY v.ordinal
       RETURNING id)
     SELECT pg_notify('${happeningNotifyChannel}', max(id)::text) FROM appended`,
  ),
)

/** Writes happenings inside the transaction of what they tell of, as its last statements: others that write some wait until the commit. */
export const recordHappenings = async (
  tx: Transaction,
  side: Side,
  happenings: readonly NewHappening[],
): Promise<void> => {
  if (happenings.length === 0) return
  await tx.query(lock[side])
  await tx.query(append[side], [jsonRows(happenings.map((one, ordinal) => ({ ordinal, ...one })))])
}
