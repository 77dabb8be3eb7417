import { number } from '../stores/clickhouse/columns.ts'
import { namedQuery } from '../stores/clickhouse/named-query.ts'
import { quote } from '../stores/clickhouse/parameters.ts'
import { asOneBlock, type ImportContext, ownRows } from './staged-rows.ts'

/** Messages of one stretch of a day that are judged and stored together. Seconds since 1970; `to` is the last one. */
export type ChatBatch = { rows: number; from: number; to: number }

const rowsOfBatch = 250_000
const daySeconds = 86_400

/** The batches of an import in the order of time. None crosses a day. */
export const chatBatches = async (context: ImportContext): Promise<ChatBatch[]> => {
  const minutes = await context.clickHouse.query(
    namedQuery({
      name: 'import_minutes',
      pool: 'heavy',
      sql: `SELECT toFloat64(toUnixTimestamp(toStartOfMinute(r.at))) AS minute, toFloat64(count()) AS rows
        FROM ${ownRows(context)} WHERE r.problem = '' GROUP BY minute ORDER BY minute`,
      row: { minute: number, rows: number },
    }),
    {},
  )
  const batches: ChatBatch[] = []
  for (const { minute, rows } of minutes) {
    const last = batches.at(-1)
    const isSameDay = last && Math.floor(last.from / daySeconds) === Math.floor(minute / daySeconds)
    if (isSameDay && last.rows + rows <= rowsOfBatch) {
      last.rows += rows
      last.to = minute + 59
    } else batches.push({ rows, from: minute, to: minute + 59 })
  }
  return batches
}

const within = (column: string, { from, to }: Pick<ChatBatch, 'from' | 'to'>, type: string): string =>
  `${column} >= ${type === 'DateTime' ? `toDateTime(${from}, 'UTC')` : `toDateTime64(${from}, 3, 'UTC')`} AND ${column} <= ${type === 'DateTime' ? `toDateTime(${to}, 'UTC')` : `toDateTime64(${to}, 3, 'UTC')`}`

const mine = (context: ImportContext, batch: ChatBatch): string => `${ownRows(context)}
    WHERE ${within('r.at', batch, 'DateTime64')} AND r.bucket = toYYYYMMDD(toDateTime(${batch.from}, 'UTC')) AND r.problem = ''`

/** A message without an id is known by what it says: the same message has the same id in every file. */
const messageId = `if(ifNull(r.message_id, '') != '', assumeNotNull(r.message_id),
  concat('import-', lower(hex(sipHash128(c.channel_id, toUnixTimestamp(r.at), assumeNotNull(r.platform_user_id), assumeNotNull(r.content))))))`

/**
 * The messages that are there already; the instants of two tellings of one may differ a little. The tables of the import are on one node, so in a
 * cluster the channels are sent to all shards.
 */
const stored = ({ env, staging, clickHouse }: ImportContext, { from, to }: ChatBatch): string =>
  `SELECT channel_id, message_id FROM kick_chat_message WHERE env = ${quote(env)}
     AND channel_id ${clickHouse.cluster === undefined ? 'IN' : 'GLOBAL IN'} (SELECT channel_id FROM ${staging.channels})
     AND ${within('created_at', { from: Math.max(0, from - 3_600), to: to + 3_600 }, 'DateTime')}`

/** Whether messages of the batch have one id, and whether some are there already, told by hashes: mostly neither is, and then nothing is to be judged. */
const chatToJudge = (context: ImportContext, batch: ChatBatch) =>
  namedQuery({
    name: 'import_chat_to_judge',
    pool: 'heavy',
    sql: `SELECT toFloat64(count() - uniqExact(key)) AS repeated,
        toFloat64(countIf(key IN (SELECT cityHash64(channel_id, message_id) FROM (${stored(context, batch)})))) AS stored
      FROM (SELECT cityHash64(c.channel_id, ${messageId}) AS key FROM ${mine(context, batch)})`,
    row: { repeated: number, stored: number },
  })

/** The statements that judge the messages of a batch: by their ids, and of those with one id the first counts. */
export const judgeChat = async (context: ImportContext, batch: ChatBatch, index: number): Promise<string[]> => {
  const [found] = await context.clickHouse.query(chatToJudge(context, batch), {})
  if (found!.repeated === 0 && found!.stored === 0) return []
  return [
    `INSERT INTO ${context.staging.verdicts} (batch, part, row, reason) SETTINGS insert_deduplicate = 0
     SELECT ${index}, part, row, if(is_stored, 'present', 'repeated') FROM (
       SELECT r.part AS part, r.row AS row, (c.channel_id, ${messageId}) IN (${stored(context, batch)}) AS is_stored,
         row_number() OVER (PARTITION BY c.channel_id, ${messageId} ORDER BY r.part, r.row) AS nth
       FROM ${mine(context, batch)})
     WHERE is_stored OR nth > 1`,
  ]
}

/** The statement that stores a batch. Messages that are there are left out, so it may be repeated. */
export const storeChat = (context: ImportContext, batch: ChatBatch, number: number, token: string): string => `
  INSERT INTO kick_chat_message (env, channel_id, channel_slug, message_id, platform_user_id, username, content, emotes_json, badges_json, created_at, provenance)
  SETTINGS insert_deduplication_token = ${quote(token)}, ${asOneBlock}
  SELECT ${quote(context.env)}, c.channel_id, if(r.slug != '', toString(r.slug), c.slug), ${messageId} AS known_as, assumeNotNull(r.platform_user_id), ifNull(r.username, ''),
    assumeNotNull(r.content), if(isValidJSON(ifNull(r.emotes_json, '')), assumeNotNull(r.emotes_json), '[]'),
    if(isValidJSON(ifNull(r.badges_json, '')), assumeNotNull(r.badges_json), '[]'), toDateTime(r.at), 'import'
  FROM ${mine(context, batch)} AND (r.part, r.row) NOT IN (SELECT part, row FROM ${context.staging.verdicts} WHERE batch = ${number})
    AND (c.channel_id, known_as) NOT IN (${stored(context, batch)})`

/** Between which instants the batch has messages of which channel. */
export const channelsOfBatch = (context: ImportContext, batch: ChatBatch) =>
  context.clickHouse.query(
    namedQuery({
      name: 'import_chat_channels',
      pool: 'heavy',
      sql: `SELECT toFloat64(c.channel_id) AS channel, toFloat64(toUnixTimestamp(min(r.at))) AS \`from\`, toFloat64(toUnixTimestamp(max(r.at))) AS \`to\`
        FROM ${mine(context, batch)} GROUP BY channel`,
      row: { channel: number, from: number, to: number },
    }),
    {},
  )
