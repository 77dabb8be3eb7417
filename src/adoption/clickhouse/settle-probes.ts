import { bigint, number } from '../../stores/clickhouse/columns.ts'
import { namedQuery } from '../../stores/clickhouse/named-query.ts'
import type { ClickHouse } from '../../stores/clickhouse/open-clickhouse.ts'
import { fillTable } from './fill-table.ts'
import { seenTwice, type TakeOverNote } from './legacy-tables.ts'
import {
  type Chunk,
  chunkCondition,
  coveredChannels,
  createSeenTwice,
  late,
  type Route,
  rawProbes,
  settled,
  settledColumns,
  settledHash,
  settledRows,
  told,
  toldHash,
  toldRows,
  twiceColumns,
} from './settle-probes-sql.ts'
import { repairSlots, type SlotTables } from './settle-slots.ts'

const secondsOfDay = 86_400

/** Rows of a statement: more would not be stored as one block, and a kill could leave a part of it. */
const defaultChunkRows = 500_000

/** What became of the rows of a day: all, those told one a channel and second, those that are in our table, and those seen twice. */
export type SettledDay = {
  /** Start of the day, in seconds since 1970. */
  day: number
  rows: number
  told: number
  stored: number
  twice: number
  /** Sum of the hashes of what was told, modulo 2^64. */
  hash: bigint
}

/** Days of one month that are settled together, half-open, in seconds since 1970. */
export type Stretch = { from: number; until: number; rows: number }

export type SettleOptions = {
  route: Route
  note: Pick<TakeOverNote, 'envs'>
  slots: SlotTables
  chunkRows?: number
}

const daysOf = (table: string) =>
  namedQuery({
    name: 'adoption_days',
    pool: 'heavy',
    sql: `SELECT toUInt32(intDiv(toUnixTimestamp(ts), 86400) * 86400) AS day, toUInt32(count()) AS rows
      FROM ${table} WHERE ts >= toDateTime({from:UInt32}, 'UTC') GROUP BY day ORDER BY day`,
    row: { day: number, rows: number },
  })

const monthOf = (day: number): string => new Date(day * 1_000).toISOString().slice(0, 7)

/**
 * The stretches of a table of before that begin at an instant or later, the oldest first. A stretch has a day at least, and as many as have
 * few rows together.
 */
export const stretchesOfProbes = async (
  store: ClickHouse,
  table: string,
  { from = 0, chunkRows = defaultChunkRows }: { from?: number; chunkRows?: number | undefined } = {},
): Promise<Stretch[]> => {
  const stretches: Stretch[] = []
  for (const { day, rows } of await store.query(daysOf(table), { from })) {
    const last = stretches.at(-1)
    if (last && last.rows + rows <= chunkRows && monthOf(last.from) === monthOf(day)) {
      last.until = day + secondsOfDay
      last.rows += rows
    } else stretches.push({ from: day, until: day + secondsOfDay, rows })
  }
  return stretches
}

const contentOf = (rows: string, instant: string, hash: string) =>
  namedQuery({
    name: 'adoption_content',
    pool: 'heavy',
    sql: `SELECT toUInt32(intDiv(toUnixTimestamp(${instant}), 86400) * 86400) AS day, toUInt32(count()) AS rows, sum(${hash}) AS hash
      FROM ${rows} GROUP BY day ORDER BY day`,
    row: { day: number, rows: number, hash: bigint },
  })

const copiesOf = namedQuery({
  name: 'adoption_copies',
  sql: `SELECT toUInt32(intDiv(at, 86400) * 86400) AS day, toUInt32(sum(copies)) AS rows FROM ${told} GROUP BY day`,
  row: { day: number, rows: number },
})

type Content = { rows: number; hash: bigint }
type ContentByDay = ReadonlyMap<number, Content>

const content = async (store: ClickHouse, rows: string, hash: string, instant = 'ts'): Promise<ContentByDay> =>
  new Map((await store.query(contentOf(rows, instant, hash), {})).map(({ day, ...what }) => [day, what]))

const nothing: Content = { rows: 0, hash: 0n }

const countOf = (table: string) =>
  namedQuery({ name: 'adoption_count', sql: `SELECT toUInt32(count()) AS rows FROM ${table}`, row: { rows: number } })

const fill = async (store: ClickHouse, table: string, select: string): Promise<number> => {
  await fillTable(store, table, select)
  return (await store.query(countOf(table), {}))[0]!.rows
}

type Kept = { stored: ContentByDay; twice: ContentByDay }

/** What is in our table of a chunk, and what was seen twice. */
const keptOf = async (store: ClickHouse, to: string, chunk: Chunk): Promise<Kept> => {
  const where = chunkCondition(chunk)
  const mine = `(SELECT * FROM ${to} WHERE ${where} AND provenance = 'legacy' AND NOT (${rawProbes}))`
  return {
    stored: await content(store, mine, settledHash),
    twice: await content(store, `(SELECT * FROM ${seenTwice} WHERE ${where})`, settledHash),
  }
}

const sumOf = ({ stored, twice }: Kept, day: number): Content => {
  const [one, other] = [stored.get(day) ?? nothing, twice.get(day) ?? nothing]
  return { rows: one.rows + other.rows, hash: BigInt.asUintN(64, one.hash + other.hash) }
}

/** The first day on which they differ, as a sentence; null where there is none. */
const difference = (wanted: ContentByDay, kept: Kept, { from, to }: Route, isGoneAllowed: boolean): string | null => {
  for (const [day, { rows, hash }] of wanted) {
    const has = sumOf(kept, day)
    if (has.rows === rows && has.hash === hash) continue
    // The retention of the table of before may have taken rows that ours has already.
    if (isGoneAllowed && has.rows > rows) continue
    return `On ${new Date(day * 1_000).toISOString().slice(0, 10)} ${from} has ${rows} rows and ${to} ${has.rows}, or others.`
  }
  return null
}

const channel = 'env, platform, platform_user_id'

/**
 * Removes the rows that were brought of some channels, of the chunk and of the next day that has any, because the distance between them changes;
 * what settles later days finds them missing. `channels` selects the channels as `late` has them. Returns whether there were any.
 */
const removeRows = async (store: ClickHouse, to: string, chunk: Chunk, channels: string): Promise<boolean> => {
  const mine = `provenance = 'legacy' AND NOT (${rawProbes}) AND ts >= toDateTime(${chunk.from}, 'UTC')`
  const rows = await fill(
    store,
    late,
    `SELECT toString(t.env) AS env, toString(t.platform) AS platform, t.platform_user_id AS platform_user_id,
       minIf(t.ts, t.ts >= toDateTime(${chunk.until}, 'UTC')) AS next
     FROM (SELECT ${channel}, ts FROM ${to} WHERE ${mine}) AS t
     INNER JOIN (${channels}) AS s ON t.env = s.env AND t.platform = s.platform AND t.platform_user_id = s.platform_user_id
     WHERE t.ts > s.first GROUP BY ALL`,
  )
  if (rows === 0) return false
  await store.command(
    `ALTER TABLE ${to} DELETE WHERE ${mine} AND (
       (ts < toDateTime(${chunk.until}, 'UTC') AND (${channel}) IN (SELECT ${channel} FROM ${late}))
       OR (${channel}, toDate(ts, 'UTC')) IN (SELECT ${channel}, toDate(next, 'UTC') FROM ${late} WHERE next > toDateTime(0, 'UTC')))
     SETTINGS mutations_sync = 1`,
  )
  return true
}

/** The channels of which a row is to be brought that comes before others. */
const channelsOfSettled = `SELECT ${channel}, min(ts) AS first FROM ${settled} WHERE NOT covered GROUP BY ALL`

const settleChunk = async (store: ClickHouse, options: SettleOptions, chunk: Chunk): Promise<SettledDay[]> => {
  const { route, note } = options
  await removeRows(store, route.to, chunk, coveredChannels(route, chunk))
  await fill(store, told, toldRows(route, note, chunk))
  const wanted = await content(store, told, toldHash, 'at')
  let kept = await keptOf(store, route.to, chunk)
  if (difference(wanted, kept, route, false) !== null) {
    const select = settledRows(route, chunk)
    let added = await fill(store, settled, select)
    if (added > 0 && (await removeRows(store, route.to, chunk, channelsOfSettled)))
      added = await fill(store, settled, select)
    await store.command(`INSERT INTO ${seenTwice} SELECT ${twiceColumns} FROM ${settled} WHERE covered`)
    await store.command(
      `INSERT INTO ${route.to} (${settledColumns}) SELECT ${settledColumns} FROM ${settled} WHERE NOT covered ORDER BY env, platform, platform_user_id, ts`,
    )
    kept = await keptOf(store, route.to, chunk)
    const problem = difference(wanted, kept, route, added === 0)
    if (problem !== null) throw new Error(problem)
  }
  await repairSlots(store, options.slots, route.to, chunk)
  const copies = new Map((await store.query(copiesOf, {})).map(({ day, rows }) => [day, rows]))
  return Array.from(wanted, ([day, { rows, hash }]) => ({
    day,
    rows: copies.get(day) ?? 0,
    told: rows,
    stored: kept.stored.get(day)?.rows ?? 0,
    twice: kept.twice.get(day)?.rows ?? 0,
    hash,
  }))
}

/**
 * Brings what the table of before tells of a stretch into ours, and compares both by count and hash of each day. It can be repeated at any time:
 * rows that are there are not written again. Then the sums of 15 minutes are compared with the rows. Throws where both do not agree in the end.
 */
export const settleProbes = async (
  store: ClickHouse,
  options: SettleOptions,
  stretch: Stretch,
): Promise<SettledDay[]> => {
  const { chunkRows = defaultChunkRows } = options
  const parts = Math.max(1, Math.ceil(stretch.rows / chunkRows))
  await store.command(createSeenTwice)
  const days = new Map<number, SettledDay>()
  for (let part = 0; part < parts; part++) {
    const chunk = { from: stretch.from, until: stretch.until, part, parts }
    for (const done of await settleChunk(store, options, chunk)) {
      const { day } = done
      const sum = days.get(day) ?? { day, rows: 0, told: 0, stored: 0, twice: 0, hash: 0n }
      days.set(day, {
        day,
        rows: sum.rows + done.rows,
        told: sum.told + done.told,
        stored: sum.stored + done.stored,
        twice: sum.twice + done.twice,
        hash: BigInt.asUintN(64, sum.hash + done.hash),
      })
    }
  }
  for (const table of [told, settled, late]) await store.command(`DROP TABLE IF EXISTS ${table} SYNC`)
  return [...days.values()].sort((one, other) => one.day - other.day)
}
