import type { Transaction } from '../../stores/postgres/postgres.ts'
import { readPhases } from '../bookkeeping.ts'
import { type LegacyTable, presentTables } from '../legacy-tables.ts'
import { countRows } from '../pace.ts'
import { type AdoptionContext, ask, type Finding, type Step, type StepContext } from '../step.ts'
import { keepRows } from './left-rows.ts'

/** What every row of a legacy table is read with; `reason` says why it can not be brought. */
export type MirroredRow = { id: string; reason: string | null }

/** A legacy table of Postgres and its copy in ClickHouse, from which its rows are brought on. */
export type Mirror = {
  table: LegacyTable
  /** The name of the copy. */
  mirror: string
  /** The step that fills it. */
  step: string
  /** What is selected of each row beside its id: names that `unreadable` and `same` use. `at` is its instant in seconds since 1970. */
  columns: string
  /** Which rows are meant, as a condition of SQL. */
  where?: string
  /** Which rows can not be brought, as conditions of SQL over the columns, and why; `$2::timestamptz` is when the phase began. */
  unreadable: readonly (readonly [condition: string, reason: string])[]
  /** The first second of what is brought, where something older would be forgotten at once. */
  firstSecond?(context: Pick<AdoptionContext, 'retentionDays'>, now: Date): number
  /** The instant in the copy. */
  instant: string
  /** What has to be equal in both, as SQL of Postgres over the columns and of ClickHouse over the copy. */
  same: readonly (readonly [postgres: string, clickHouse: string])[]
}

type Filling<Row extends MirroredRow> = {
  title: string
  /** Rows of a batch. */
  size: number
  secondsPerRow: number
  /** The columns that lines have. */
  target: readonly string[]
  /** Makes the copy. */
  begin(context: StepContext): Promise<void>
  /** The rows as lines of JSONCompactEachRow; what else it does must be harmless to repeat. */
  lines(
    context: StepContext,
    tx: Transaction,
    rows: readonly Row[],
    range: IdRange,
  ): Promise<{ lines: string[]; findings?: Finding[] }>
}

/** A range of ids: beyond `after`, through `last`. */
type IdRange = { after: string; last: string }

/** SQL: the rows of a table as they are brought, beyond the id `$1`; `$3` is the first second that is. */
const readRows = ({ table, columns, where = 'true', unreadable }: Mirror, rows: number): string => {
  const cases = unreadable.map(([condition, reason]) => `WHEN ${condition} THEN '${reason}'`)
  return `SELECT r.*, CASE ${cases.join(' ')} WHEN at < $3::float8 THEN 'it is older than the retention' WHEN $2::timestamptz IS NULL THEN '' END AS reason
    FROM (SELECT t.id::text AS id, ${columns} FROM ${table} AS t WHERE t.id > $1::bigint AND (${where}) ORDER BY t.id LIMIT ${rows}) r`
}

/** When the phase began, so that a row is judged alike however often it is read. */
const begunAt = async (db: Transaction): Promise<Date> =>
  (await readPhases(db)).find(({ name }) => name === 'phase-b')!.startedAt

/** Keeps a transaction from being ended as idle while other stores work. */
const keptOpen = async <T>(tx: Transaction, work: Promise<T>): Promise<T> => {
  for (;;) {
    let timer: NodeJS.Timeout | undefined
    const pause = new Promise<'pause'>((resolve) => {
      timer = setTimeout(resolve, 5_000, 'pause')
    })
    const first = await Promise.race([work.then((value) => ({ value })), pause]).finally(() => clearTimeout(timer))
    if (first !== 'pause') return first.value
    await tx.query(ask('SELECT 1'))
  }
}

/** A step that copies a legacy table into ClickHouse by its id, so many rows at a time, so that memory does not grow with the table. */
export const mirrorStep = <Row extends MirroredRow>(mirror: Mirror, filling: Filling<Row>): Step => {
  const { table, step: name } = mirror
  const { title, size, secondsPerRow, target } = filling
  const bring = async (context: StepContext, tx: Transaction, rows: readonly Row[], range: IdRange) => {
    const readable = rows.filter(({ reason }) => reason === null)
    const { lines, findings = [] } = await filling.lines(context, tx, readable, range)
    if (lines.length > 0)
      await context.clickHouse.insertBatch({
        table: mirror.mirror,
        columns: target,
        format: 'JSONCompactEachRow',
        body: Buffer.from(lines.join('')),
        token: `adoption ${mirror.mirror} ${range.after}-${range.last}`,
        rows: lines.length,
      })
    const unread = rows.filter(({ reason }) => reason !== null)
    const file = await keepRows(context.dataDir, { table, what: 'unread', from: range.after, to: range.last }, unread)
    return [
      ...findings,
      ...unread.map(({ id: key, reason }): Finding => {
        return { kind: 'can-not-be-read', table, key, details: { reason, file }, done: 'kept in the file' }
      }),
    ]
  }
  return {
    name,
    phase: 'phase-b',
    title,
    async estimate({ db }) {
      if (!(await presentTables(db)).has(table)) return { rows: 0, seconds: 0 }
      const rows = (await countRows(db, [table])).get(table) ?? 0
      return { rows, seconds: rows * secondsPerRow }
    },
    async run(context) {
      if (!(await presentTables(context.db)).has(table)) return
      await filling.begin(context)
      const began = await begunAt(context.db)
      const first = mirror.firstSecond?.(context, began) ?? 0
      const read = `${readRows(mirror, size)} ORDER BY r.id::bigint`
      await context.batches<{ after: string }>(async (tx, position) => {
        const after = position?.after ?? '0'
        const rows = await tx.query(ask<Row>(read), [after, began, first])
        const last = rows.at(-1)?.id
        if (last === undefined) return { position: { after }, rows: 0, done: true }
        await context.find(tx, await keptOpen(tx, bring(context, tx, rows, { after, last })))
        return { position: { after: last }, rows: rows.length, done: rows.length < size }
      })
    },
  }
}

/** What is told of a day: its rows, and the sum of their hashes. */
export type DaySum = { rows: number; hash: bigint }

const rangeRows = 500_000

/** What the rows of Postgres tell that can be brought, by day since 1970; read by their ids, so many at a time. */
export const sumsOfPostgres = async (context: AdoptionContext, mirror: Mirror): Promise<Map<number, DaySum>> => {
  const { db, signal } = context
  const began = await begunAt(db)
  const values = mirror.same.map(([postgres]) => `coalesce((${postgres})::text, '')`)
  const hashOf = `('x' || left(md5(convert_to(concat_ws(chr(31), ${values.join(', ')}), 'UTF8')), 16))::bit(64)::bigint::numeric`
  const sums = ask<{ last: string | null; day: number | null; rows: number; hash: string }>(
    `WITH r AS MATERIALIZED (${readRows(mirror, rangeRows)})
     SELECT NULL AS last, floor(at / 86400)::int AS day, count(*)::float8 AS rows, sum(${hashOf})::text AS hash FROM r WHERE reason IS NULL GROUP BY 2
     UNION ALL SELECT max(id::bigint)::text, NULL, 0, '0' FROM r`,
  )
  const first = mirror.firstSecond?.(context, began) ?? 0
  const days = new Map<number, DaySum>()
  for (let after = '0'; ; ) {
    signal.throwIfAborted()
    let next: string | null = null
    for (const { last, day, rows, hash } of await db.query(sums, [after, began, first])) {
      if (day === null) next = last
      else {
        const sum = days.get(day) ?? { rows: 0, hash: 0n }
        days.set(day, { rows: sum.rows + rows, hash: sum.hash + BigInt(hash) })
      }
    }
    if (next === null) return days
    after = next
  }
}
