import { ConfigError } from '../../lib/errors.ts'
import { number, text } from '../../stores/clickhouse/columns.ts'
import { namedQuery } from '../../stores/clickhouse/named-query.ts'
import type { ClickHouse } from '../../stores/clickhouse/open-clickhouse.ts'
import { readSteps } from '../bookkeeping.ts'
import { columnsOfTables } from '../clickhouse/legacy-tables.ts'
import { createSeenTwice } from '../clickhouse/settle-probes-sql.ts'
import { type LegacyTable, presentTables } from '../legacy-tables.ts'
import { countRows } from '../pace.ts'
import { noteRows } from '../phase-a/history.ts'
import { type AdoptionContext, ask, type Step, type StepContext } from '../step.ts'
import { verifyOldChat } from './archive-chat.ts'
import { aroundDay, ofDay } from './bring-days.ts'
import { keepRows } from './left-rows.ts'
import { type DaySum, type Mirror, sumsOfPostgres } from './mirror.ts'
import { type Destination, mirrors } from './mirrors.ts'

const secondsOfDay = 86_400
const nothing: DaySum = { rows: 0, hash: 0n }

const nameOf = (day: number): string => new Date(day * secondsOfDay * 1_000).toISOString().slice(0, 10)

const sumsOf = ({ mirror, instant, same }: Mirror) => {
  const values = same.map(([, clickHouse]) => `ifNull(toString(${clickHouse}), '')`)
  const hash = `reinterpretAsInt64(reverse(substring(MD5(arrayStringConcat([${values.join(', ')}], char(31))), 1, 8)))`
  return namedQuery({
    name: 'adoption_mirror_sums',
    pool: 'heavy',
    sql: `SELECT toUInt32(intDiv(toUnixTimestamp(${instant}), 86400)) AS day, toUInt32(count()) AS rows, toString(sum(toInt128(${hash}))) AS hash
      FROM ${mirror} GROUP BY day`,
    row: { day: number, rows: number, hash: text },
  })
}

/** The sums of Postgres, which are those of its copy; where they differ the copy is dropped, and a ConfigError names the day. */
const sumsOfBoth = async (context: AdoptionContext, mirror: Mirror): Promise<ReadonlyMap<number, DaySum>> => {
  const { clickHouse, db } = context
  const told = await sumsOfPostgres(context, mirror)
  const copied = new Map(
    (await clickHouse.query(sumsOf(mirror), {})).map(({ day, rows, hash }) => [day, { rows, hash: BigInt(hash) }]),
  )
  for (const day of [...new Set([...told.keys(), ...copied.keys()])].sort((one, other) => one - other)) {
    const [one, other] = [told.get(day) ?? nothing, copied.get(day) ?? nothing]
    if (one.rows === other.rows && one.hash === other.hash) continue
    await clickHouse.command(`DROP TABLE IF EXISTS ${mirror.mirror} SYNC`)
    await db.query(ask('DELETE FROM adoption.step WHERE name = $1'), [mirror.step])
    throw new ConfigError(
      `${mirror.table} has ${one.rows} rows of ${nameOf(day)}, and ClickHouse was brought ${other.rows}, or others; nothing was dropped: run \`channelscope adopt phase-b --yes\` again, which brings them anew.`,
    )
  }
  return told
}

const beside = ({ mirror, instant, key, fact, kept }: Destination, day: number) => `
  (SELECT key, groupUniqArray(fact) AS facts FROM (SELECT ${key} AS key, ${fact} AS fact FROM ${mirror} WHERE ${ofDay(instant, day)}) GROUP BY key) AS m
  LEFT JOIN (SELECT key, groupUniqArray(fact) AS facts, toUInt32(count()) AS copies, max(brought) AS brought FROM (${kept(day)}) GROUP BY key) AS k
  ON m.key = k.key`

const differs = 'k.copies > 0 AND NOT hasAny(k.facts, m.facts)'

const dayOf = (destination: Destination, day: number) =>
  namedQuery({
    name: 'adoption_compared_day',
    pool: 'heavy',
    sql: `SELECT toUInt32(count()) AS keys, toUInt32(countIf(k.copies = 0)) AS missing, toUInt32(countIf(${differs})) AS different,
      toUInt32(countIf(${differs} AND k.brought)) AS wrong FROM ${beside(destination, day)}` as `${string}{env:String}${string}`,
    row: { keys: number, missing: number, different: number, wrong: number },
  })

const differencesOf = (destination: Destination, day: number) =>
  namedQuery({
    name: 'adoption_differences_of_day',
    pool: 'heavy',
    sql: `SELECT toString(m.key) AS key, toString(m.facts) AS postgres, toString(k.facts) AS "clickHouse" FROM ${beside(destination, day)}
      WHERE ${differs} ORDER BY key` as `${string}{env:String}${string}`,
    row: { key: text, postgres: text, clickHouse: text },
  })

/** SQL: removes what was brought of a day, so that it is brought anew. */
const forgetBrought = ({ mirror, to, instant }: Destination, day: number) =>
  `ALTER TABLE ${to} DELETE WHERE provenance = 'legacy' AND ${aroundDay(instant, day)}
     AND message_id IN (SELECT message_id FROM ${mirror} WHERE ${ofDay(instant, day)}) SETTINGS mutations_sync = 1`

/** Lists the rows of a day of which ClickHouse had another one already. */
const listDifferences = async (context: StepContext, destination: Destination, day: number): Promise<void> => {
  const { clickHouse, db, dataDir, find, tier: env } = context
  const { table, to } = destination
  const [key, reason] = [nameOf(day), `${to} had another row of it already, which stands`]
  const rows = await clickHouse.query(differencesOf(destination, day * secondsOfDay), { env })
  const file = await keepRows(
    dataDir,
    { table, what: 'told-differently', from: key, to: key },
    rows.map((row) => ({ ...row, reason })),
  )
  const details = { rows: rows.length, file }
  await db.transaction((tx) => find(tx, [{ kind: 'told-differently', table, key, details, done: reason }]))
}

const oldDeliveries = ask<{ day: string; rows: number }>(
  `SELECT row_key AS day, (details->>'rows')::float8 AS rows FROM adoption.finding WHERE kind = 'older-than-the-inbox'`,
)

/** The rows by day, in seconds since 1970, that are in archives or files because a table would forget them. */
const keptAside: { readonly [table in LegacyTable]?: (context: StepContext) => Promise<ReadonlyMap<number, number>> } =
  {
    'public.kick_chat_messages': verifyOldChat,
    'webhooks.incoming': async ({ db }) =>
      new Map((await db.query(oldDeliveries)).map(({ day, rows }) => [Date.parse(day) / 1_000, rows])),
  }

const note =
  ask(`INSERT INTO adoption.compared VALUES ($1, $2::date, $3, $4, $5, $6, $7) ON CONFLICT (table_name, day) DO UPDATE
  SET rows = EXCLUDED.rows, checksum = EXCLUDED.checksum, stored = EXCLUDED.stored, told_differently = EXCLUDED.told_differently, kept_aside = EXCLUDED.kept_aside`)

/** Compares a legacy table with what ClickHouse has of it, day by day. */
const compareTable = async (context: StepContext, destination: Destination): Promise<void> => {
  const { clickHouse, db, signal, tier: env } = context
  const { table, to } = destination
  const days = await sumsOfBoth(context, destination)
  const aside = await keptAside[table]?.(context)
  const first = Math.floor(destination.first(context) / secondsOfDay)
  for (const [day, { rows, hash }] of [...days].sort(([one], [other]) => one - other)) {
    signal.throwIfAborted()
    const [found] = await clickHouse.query(dayOf(destination, day * secondsOfDay), { env })
    const { keys, missing, different, wrong } = found!
    const kept = Math.min(missing, aside?.get(day * secondsOfDay) ?? 0)
    // What no table keeps so long is lost only where it should be in an archive or a file.
    const lost = day >= first ? missing : aside ? missing - kept : 0
    if (wrong > 0) await clickHouse.command(forgetBrought(destination, day * secondsOfDay))
    if (lost > 0 || wrong > 0)
      throw new ConfigError(
        `${table} tells ${keys} of ${nameOf(day)}, and ${to} lacks ${lost} and has ${wrong} otherwise; nothing was dropped: run \`channelscope adopt phase-b --yes\` again, which brings them anew.`,
      )
    if (different > 0) await listDifferences(context, destination, day)
    const values = [table, nameOf(day), rows, BigInt.asUintN(64, hash).toString(16), keys - missing, different]
    await db.query(note, [...values, kept])
    await noteRows(context, { table, through: nameOf(day) }, rows)
  }
}

const isThere = async (store: ClickHouse, table: string): Promise<boolean> =>
  (await columnsOfTables(store, [table])).has(table)

/** Refuses to drop anything while a row of a legacy table is neither in ClickHouse nor, where it is older than that keeps, in an archive or a file. */
export const compareStep: Step = {
  name: 'compared',
  phase: 'phase-b',
  title: 'Compare what Postgres has with what ClickHouse was brought, by day',
  isRepeated: true,
  async estimate({ db }) {
    const present = await presentTables(db)
    const counts = await countRows(
      db,
      mirrors.map(({ table }) => table).filter((table) => present.has(table)),
    )
    const rows = [...counts.values()].reduce((sum, count) => sum + count, 0)
    return { rows, seconds: rows * 0.000_01 }
  },
  async run(context) {
    const { clickHouse, db } = context
    // What is dropped can not be compared any more.
    const isDropping = (await readSteps(db)).some(({ name }) => name === 'drop-history')
    const present = await presentTables(db)
    for (const destination of isDropping ? [] : mirrors) {
      if (!present.has(destination.table) || !(await isThere(clickHouse, destination.mirror))) continue
      await clickHouse.command(createSeenTwice)
      await compareTable(context, destination)
    }
    await noteRows(context, null, 0)
  },
}
