import { jsonRows } from '../lib/json-rows.ts'
import { tableOf } from '../stores/postgres/model.ts'
import type { Transaction } from '../stores/postgres/postgres.ts'
import { notInFuture, statement } from '../stores/postgres/statement.ts'

/** What an observation changed of the flag of a channel. */
type BanChange = { channelId: bigint; isBanned: boolean; at: Date }

const beginBans = statement(
  'bans_begin',
  `INSERT INTO ${tableOf('ChannelBan')} (channel_id, observed_from)
   SELECT v."channelId", ${notInFuture('v.at')} FROM json_to_recordset($1) AS v("channelId" bigint, at timestamptz)
   ON CONFLICT DO NOTHING`,
)

const endBans = statement(
  'bans_end',
  `UPDATE ${tableOf('ChannelBan')} b SET observed_until = greatest(${notInFuture('v.at')}, b.observed_from + interval '1 millisecond')
   FROM json_to_recordset($1) AS v("channelId" bigint, at timestamptz)
   WHERE b.channel_id = v."channelId" AND b.observed_until IS NULL`,
)

/** Keeps when the flags of channels changed, in the transaction that changes them. The flag of a channel changes in the order of time. */
export const keepBans = async (tx: Transaction, changes: readonly BanChange[]): Promise<void> => {
  const [begun, ended] = [changes.filter(({ isBanned }) => isBanned), changes.filter(({ isBanned }) => !isBanned)]
  if (begun.length > 0) await tx.query(beginBans, [jsonRows(begun)])
  if (ended.length > 0) await tx.query(endBans, [jsonRows(ended)])
}
