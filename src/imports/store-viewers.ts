import { number } from '../stores/clickhouse/columns.ts'
import { namedQuery } from '../stores/clickhouse/named-query.ts'
import { quote } from '../stores/clickhouse/parameters.ts'
import { asOneBlock, type Group, groupsOfChannels, type ImportContext, ownRows } from './staged-rows.ts'

/** Rows of one month that are judged and stored together. */
export type Batch = { groups: Group[]; rows: number; where: string; from: number; to: number }

const rowsOfBatch = 250_000
const channelsOfBatch = 2_000

/** So far around a batch a stored probe can stand for its time: two and a half of the longest intervals. */
const aroundSeconds = 2 * 86_400

const list = (values: readonly string[]): string => values.map(quote).join(', ')

const batchOf = (groups: Group[]): Batch => ({
  groups,
  rows: groups.reduce((sum, { rows }) => sum + rows, 0),
  where: `r.bucket = ${groups[0]!.bucket} AND r.ref IN (${list(groups.flatMap(({ refs }) => refs))}) AND r.problem = ''`,
  from: Math.min(...groups.map(({ from }) => from)),
  to: Math.max(...groups.map(({ to }) => to)),
})

/** The batches of an import in their order. Each is of one month, and has all rows of its channels in it. */
export const viewerBatches = async (context: ImportContext): Promise<Batch[]> => {
  const batches: Batch[] = []
  let [groups, rows]: [Group[], number] = [[], 0]
  const cut = () => {
    if (groups.length > 0) batches.push(batchOf(groups))
    groups = []
    rows = 0
  }
  for (const { refs, ...group } of await groupsOfChannels(context)) {
    const isFull = rows + group.rows > rowsOfBatch || groups.length >= channelsOfBatch
    if (isFull || (groups.length > 0 && groups[0]!.bucket !== group.bucket)) cut()
    groups.push({ ...group, refs: JSON.parse(refs) as string[] })
    rows += group.rows
  }
  cut()
  return batches
}

/** The probes that are there already around a batch: when, from when on each stands for time, and whether an import brought it. */
const storedAround = ({ env }: ImportContext, { groups, from, to }: Batch): string => {
  const channels = groups.map(({ platform, account }) => `(${quote(platform)}, ${quote(account)})`).join(', ')
  return `SELECT concat(platform, '/', platform_user_id) AS channel, toUnixTimestamp(ts) AS second,
      toInt64(toUnixTimestamp(ts)) - greatest(1, if(elapsed_seconds = 0, interval_seconds, least(elapsed_seconds, intDiv(interval_seconds * 5, 2)))) AS since,
      provenance != '' AS brought
    FROM kick_streamer_probe WHERE env = ${quote(env)} AND (platform, platform_user_id) IN (${channels})
      AND ts >= toDateTime64(${Math.max(0, from - aroundSeconds)}, 3, 'UTC') AND ts <= toDateTime64(${to + aroundSeconds}, 3, 'UTC')`
}

/** Whether rows of the batch are of one second, and whether probes are there around it: mostly neither is, and then nothing is to be judged. */
const viewersToJudge = (context: ImportContext, batch: Batch) =>
  namedQuery({
    name: 'import_viewers_to_judge',
    pool: 'heavy',
    sql: `SELECT toFloat64(count() - uniqExact(cityHash64(c.platform, c.account, toUnixTimestamp(r.at)))) AS repeated,
        (SELECT toFloat64(count()) FROM (${storedAround(context, batch)})) AS stored
      FROM ${ownRows(context)} WHERE ${batch.where}`,
    row: { repeated: number, stored: number },
  })

/**
 * The statements that judge the rows of a batch. A row is refused where its channel was probed already at that time: within the time that a
 * stored probe stands for, so that no hour counts twice. Of rows for one second the first counts.
 */
export const judgeViewers = async (context: ImportContext, batch: Batch, index: number): Promise<string[]> => {
  const { staging, clickHouse } = context
  const [found] = await clickHouse.query(viewersToJudge(context, batch), {})
  const mine = `SELECT r.part AS part, r.row AS row, concat(c.platform, '/', c.account) AS channel, toUnixTimestamp(r.at) AS second
    FROM ${ownRows(context)} WHERE ${batch.where}`
  const repeated = `INSERT INTO ${staging.verdicts} (batch, part, row, reason) SETTINGS insert_deduplicate = 0
     SELECT ${index}, part, row, 'repeated' FROM (
       SELECT part, row, row_number() OVER (PARTITION BY channel, second ORDER BY part, row) AS nth FROM (${mine})) WHERE nth > 1`
  const taken = `INSERT INTO ${staging.verdicts} (batch, part, row, reason) SETTINGS insert_deduplicate = 0
     SELECT ${index}, part, row, reason FROM (
       SELECT part, row, is_mine, multiIf(next_second = second, 'present', next_second > 0 AND next_since < second, if(next_brought, 'covered', 'observed'), '') AS reason
       FROM (
         SELECT part, row, is_mine, second,
           ifNull(anyLast(stored_second) OVER later, 0) AS next_second, anyLast(stored_since) OVER later AS next_since, anyLast(stored_brought) OVER later AS next_brought
         FROM (
           SELECT part, row, channel, second, 1 AS is_mine, CAST(NULL, 'Nullable(UInt32)') AS stored_second, CAST(NULL, 'Nullable(Int64)') AS stored_since,
             CAST(NULL, 'Nullable(UInt8)') AS stored_brought FROM (${mine})
           UNION ALL
           SELECT 0, 0, channel, second, 0, toNullable(second), toNullable(since), toNullable(brought) FROM (${storedAround(context, batch)}))
         WINDOW later AS (PARTITION BY channel ORDER BY second DESC, is_mine ASC ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)))
     WHERE is_mine = 1 AND reason != ''
       AND (part, row) NOT IN (SELECT part, row FROM ${staging.verdicts} WHERE batch = ${index})`
  return [...(found!.repeated > 0 ? [repeated] : []), ...(found!.stored > 0 ? [taken] : [])]
}

/**
 * The statement that stores a batch. What a row does not say follows from its neighbours: the time since the probe before, if that was at most a
 * day ago, and the usual distance. No row stands for time beyond the probe before it. Rows that are there are left out, so it may be repeated.
 */
export const storeViewers = (context: ImportContext, batch: Batch, index: number, token: string): string => {
  const { staging, env, has } = context
  const interval = has('interval_seconds')
    ? `toUInt16(least(65535, greatest(1, ifNull(interval_seconds, 60))))`
    : `toUInt16(least(65535, greatest(1, ifNull(quantileExactIfOrNull(0.5)(ifNull(elapsed_seconds, gap), ifNull(elapsed_seconds, gap) BETWEEN 1 AND 3600)
        OVER (PARTITION BY channel), 60))))`
  const fields = [
    'is_live',
    'stream_started_at',
    'viewer_count',
    'follower_count',
    'subscriber_count',
    'elapsed_seconds',
    'interval_seconds',
    'title',
    'category',
    'language',
    'is_mature',
  ]
  const nothing = fields.map((field) => `NULL AS ${field}`).join(', ')
  return `INSERT INTO kick_streamer_probe (env, platform, platform_user_id, ts, is_live, stream_started_at, viewer_count, follower_count, subscriber_count,
      elapsed_seconds, interval_seconds, title, category, language, is_mature, provenance)
    SETTINGS insert_deduplication_token = ${quote(token)}, ${asOneBlock}
    SELECT ${quote(env)}, platform, account, toDateTime64(second, 3, 'UTC'), live, if(live, toDateTime(ifNull(stream_started_at, toDateTime64(0, 3, 'UTC'))), toDateTime(0)),
      if(live, viewer_count, NULL), follower_count, subscriber_count,
      toUInt32(multiIf(elapsed_seconds IS NULL, if(gap <= 86400, gap, 0), elapsed_seconds = 0, if(gap < planned, gap, 0), gap = 0, elapsed_seconds, least(elapsed_seconds, gap))),
      planned, ifNull(title, ''), ifNull(category, ''), ifNull(language, ''), is_mature, 'import'
    FROM (
      SELECT *, ${interval} AS planned, ifNull(is_live, viewer_count IS NOT NULL OR stream_started_at IS NOT NULL) AS live
      FROM (
        SELECT *, if(before = 0, 0, second - before) AS gap
        FROM (
          SELECT *, lagInFrame(second) OVER (PARTITION BY channel ORDER BY second, is_mine ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS before
          FROM (
            SELECT concat(c.platform, '/', c.account) AS channel, toUnixTimestamp(r.at) AS second, 1 AS is_mine, toString(c.platform) AS platform, c.account AS account,
              ${fields.map((field) => `r.${field} AS ${field}`).join(', ')}
            FROM ${ownRows(context)} WHERE ${batch.where} AND (r.part, r.row) NOT IN (SELECT part, row FROM ${staging.verdicts} WHERE batch = ${index})
            UNION ALL
            SELECT channel, second, 0 AS is_mine, '' AS platform, '' AS account, ${nothing} FROM (${storedAround(context, batch)})))
        WHERE is_mine = 1 AND before != second))`
}
