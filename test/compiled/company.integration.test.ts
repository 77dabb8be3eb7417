import { setImmediate as nextTurn } from 'node:timers/promises'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createCompany, type ReadWay } from '../../src/compiled/company.ts'
import type { Postgres } from '../../src/stores/postgres/postgres.ts'
import { openTextSession } from '../../src/stores/postgres/text-session.ts'
import { eventually } from '../support/lib/eventually.ts'
import { createTestDatabase, reopened, type TestDatabase } from '../support/stores/postgres.ts'
import { sidesOf } from '../support/stores/split-postgres.ts'
import { statement } from '../support/stores/statement.ts'

type Row = { data: string }

/** The number of a row, divided: by 0 it is an error. */
const read = statement('read', `SELECT (SELECT number / $2::int FROM kept WHERE id = $1::bigint)::text AS data`)
const write = statement('write', 'UPDATE kept SET number = $2 WHERE id = $1')
/** The second value, once nobody holds the lock of the first. */
const locked = statement('locked', 'SELECT $2::text AS data, pg_advisory_xact_lock_shared($1::bigint)::text AS lock')
/** The number of a row when the statement began, told once nobody holds the lock. */
const begun = statement(
  'begun',
  `SELECT (SELECT number FROM kept WHERE id = $2::bigint)::text AS data, pg_advisory_xact_lock_shared($1::bigint)::text AS lock`,
)
const long = statement('long', `SELECT repeat('x', $1::int) AS data`)

let database: TestDatabase
let db: Postgres
/** Stands still unless a test sets it, so that no statement is slow. */
let now = 0
/** How long each statement seems to take, and one that answers several. */
let statementMs = 0
let companyMs: number | undefined
/** When the statements that are under way seem to end. */
const underWay: { endsAt: number }[] = []
let mostUnderWay = 0
let sent: string[] = []
let ways: ReadWay[] = []

const open = () =>
  createCompany<Row>({
    db: {
      async query(asked, values) {
        const ms = asked.name.endsWith('_company') ? (companyMs ?? statementMs) : statementMs
        const own = { endsAt: now + ms }
        mostUnderWay = Math.max(mostUnderWay, underWay.push(own))
        try {
          return await sidesOf(db).dm.query(asked, values)
        } finally {
          // They seem to end in the order of their time, however quick the database really is.
          while (ms > 0 && underWay.some(({ endsAt }) => endsAt < own.endsAt)) await nextTurn()
          underWay.splice(underWay.indexOf(own), 1)
          now = Math.max(now, own.endsAt)
        }
      },
    },
    connections: 5,
    sizeOf: ({ data }) => data?.length ?? 0,
    onRead: (way) => ways.push(way),
    steady: () => now,
  })
let company = open()

beforeAll(async () => {
  database = await createTestDatabase()
  db = reopened(database)
  await sidesOf(db).dm.query(
    statement('make', 'CREATE TABLE kept AS SELECT id::bigint, 0 AS number FROM generate_series(1, 60) id'),
  )
  db.onStatement((name) => sent.push(name ?? ''))
})

beforeEach(() => {
  company = open()
  sent = []
  ways = []
  statementMs = 0
  companyMs = undefined
  mostUnderWay = 0
})

afterAll(async () => {
  await db[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

const ids = (count: number) => Array.from({ length: count }, (_, i) => BigInt(i + 1))

/** Asks once, so that it is known how large the rows are. */
const warm = async (plain = read, values: readonly unknown[] = [60n, 1]) => {
  await company.ask(plain, values)
  sent = []
  ways = []
}

describe('who goes with whom', () => {
  test('requests one after the other take the plain statement', async () => {
    for (const id of ids(5)) await company.ask(read, [id, 1])
    expect(sent).toEqual(Array(5).fill('read'))
    expect(ways).toEqual(Array(5).fill('alone'))
  })

  test('so do four at a time, and none of them waits for another', async () => {
    await warm()
    mostUnderWay = 0
    await Promise.all(ids(4).map((id) => company.ask(read, [id, 1])))
    expect(sent).toEqual(Array(4).fill('read'))
    expect(mostUnderWay).toBe(4)
  })

  test('forty at a time take seven statements: four go at once, and the others in company', async () => {
    await warm()
    await Promise.all(ids(40).map((id) => database.db.query(write, [id, id])))
    const rows = await Promise.all(ids(40).map((id) => company.ask(read, [id, 1])))
    expect(rows.map((row) => row!.data)).toEqual(ids(40).map(String))
    expect(sent.toSorted()).toEqual([...Array(4).fill('read'), ...Array(3).fill('read_company')])
    expect(ways.filter((way) => way === 'together')).toHaveLength(36)
  })

  test('who wait for the same share a row', async () => {
    await warm()
    await Promise.all(ids(40).map(() => company.ask(read, [7n, 1])))
    expect(sent).toEqual(Array(5).fill('read'))
    expect(ways.filter((way) => way === 'shared')).toHaveLength(35)
  })

  test('the first requests go by themselves, as nobody knows yet how large their rows are', async () => {
    await Promise.all(ids(10).map((id) => company.ask(read, [id, 1])))
    expect(sent.slice(0, 5)).toEqual(Array(5).fill('read'))
  })

  test('large rows never travel together', async () => {
    await warm(long, [100_000])
    await Promise.all(Array.from({ length: 20 }, (_, i) => company.ask(long, [100_000 + i])))
    expect(sent).toEqual(Array(20).fill('long'))
  })

  test.each([
    [4, 'read'],
    [1, 'read_company'],
  ])('rows that take %i ms each go by %s', async (ms, last) => {
    statementMs = ms
    await warm()
    await Promise.all(ids(20).map((id) => company.ask(read, [id, 1])))
    expect(sent.at(-1)).toBe(last)
    expect(sent).toHaveLength(last === 'read' ? 20 : 6)
  })

  test('rows that go by themselves never wait for a connection, so that it is known how long they take', async () => {
    statementMs = 4
    await warm()
    await Promise.all(ids(20).map((id) => company.ask(read, [id, 1])))
    expect(mostUnderWay).toBe(5)
  })

  test('rows that seemed to take long in a busy server go together again', async () => {
    statementMs = 50
    companyMs = 3
    await warm()
    await Promise.all(ids(15).map((id) => company.ask(read, [id, 1])))
    expect(sent).toEqual(Array(15).fill('read'))
    now += 1_000
    sent = []
    await Promise.all(ids(40).map((id) => company.ask(read, [id, 1])))
    expect(sent.filter((name) => name === 'read_company').length).toBeGreaterThan(2)
  })

  test('rows go together in a server that is busy, where several take hardly longer than one', async () => {
    statementMs = 50
    companyMs = 60
    await warm()
    now += 1_000
    sent = []
    await Promise.all(ids(60).map((id) => company.ask(read, [id, 1])))
    expect(sent.filter((name) => name === 'read_company').length).toBeGreaterThan(3)
  })

  test('rows that take long are seldom tried together', async () => {
    statementMs = 50
    companyMs = 240
    await warm()
    now += 1_000
    sent = []
    await Promise.all(ids(24).map((id) => company.ask(read, [id, 1])))
    expect(sent.filter((name) => name === 'read_company').length).toBeLessThan(3)
  })

  test('a value that is missing is missing', async () => {
    await warm()
    const rows = await Promise.all(ids(70).map((id) => company.ask(read, [id, 1])))
    expect(rows.map((row) => row!.data === null)).toEqual(ids(70).map((id) => id > 60n))
  })
})

/** A session that holds the lock 1, and can end what waits for it. */
const openLocker = async () => {
  const session = await openTextSession(sidesOf(db).dm.url, 'locker')
  await session.query('SELECT pg_advisory_lock(1)')
  const waiting = `FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'advisory'`
  const isWaiting = async (count: number): Promise<boolean> =>
    (await session.query(`SELECT pid ${waiting}`)).rows.length === count
  return {
    unlock: () => session.query('SELECT pg_advisory_unlock_all()'),
    waits: (count: number) => eventually(`${count} statements wait`, () => isWaiting(count)),
    /** Ends the statements that wait, once there are so many, in the given way. */
    end: (how: 'pg_cancel_backend' | 'pg_terminate_backend', count: number) =>
      eventually(`${count} statements wait`, async () => {
        if (!(await isWaiting(count))) return false
        await session.query(`SELECT ${how}(pid) ${waiting}`)
        return true
      }),
    [Symbol.asyncDispose]: () => session.end(),
  }
}

describe('statements that do not end', () => {
  let lock: Awaited<ReturnType<typeof openLocker>>
  beforeEach(async () => {
    lock = await openLocker()
    await warm(locked, [9n, 'first'])
  })
  afterEach(() => lock[Symbol.asyncDispose]())

  const ask = (key: bigint, text: string) => company.ask(locked, [key, text]).then((row) => row!.data)
  /** Two that wait for nothing: with two others before them, whoever comes next has to wait. */
  const twoMore = () => [ask(8n, 'x'), ask(9n, 'y')]

  test('make nobody wait for long', async () => {
    const stuck = [ask(1n, 'a'), ask(1n, 'b')]
    const quick = twoMore()
    const later = [ask(2n, 'c'), ask(2n, 'd'), ask(2n, 'e')]
    now += 1_000
    expect(await Promise.all(later)).toEqual(['c', 'd', 'e'])
    await Promise.all(quick)
    await lock.unlock()
    expect(await Promise.all(stuck)).toEqual(['a', 'b'])
  })

  test('make everybody go alone for a while, where they answer several', async () => {
    const first = [ask(1n, 'a'), ask(1n, 'b'), ...twoMore()]
    const stuck = [ask(1n, 'c'), ask(2n, 'd'), ask(3n, 'e')]
    now += 1_000
    await eventually('the others are sent', () => sent.includes('locked_company'))
    now += 1_000
    await lock.unlock()
    expect(await Promise.all([...first, ...stuck])).toEqual(['a', 'b', 'x', 'y', 'c', 'd', 'e'])
    sent = []
    await Promise.all(ids(20).map((key) => ask(key, `${key}`)))
    expect(sent).toEqual(Array(20).fill('locked'))
    now += 1_000
    sent = []
    await Promise.all(ids(20).map((key) => ask(key, `${key}`)))
    expect(sent).toContain('locked_company')
  })

  test('share no row with who comes while they are under way', async () => {
    const number = (key: bigint, id: bigint) => company.ask(begun, [key, id]).then((row) => row!.data)
    await database.db.query(write, [10, 10])
    await warm(begun, [9n, 60n])
    const plain = [number(1n, 20n), number(1n, 21n), number(8n, 23n), number(9n, 24n)]
    const before = [number(1n, 10n), number(2n, 11n), number(3n, 12n)]
    now += 1_000
    await lock.waits(3)
    await database.db.query(write, [10, 77])
    plain.push(number(1n, 22n))
    const after = [number(1n, 10n), number(1n, 10n)]
    await lock.unlock()
    expect(await Promise.all(after)).toEqual(['77', '77'])
    expect((await Promise.all(before))[0]).toBe('10')
    await Promise.all(plain)
  })

  test('are ended by the server at the cost of their own request alone', async () => {
    const first = Promise.allSettled([ask(1n, 'a'), ask(1n, 'b')])
    const quick = twoMore()
    const stuck = ask(1n, 'c')
    const others = [ask(2n, 'd'), ask(3n, 'e')]
    await lock.end('pg_cancel_backend', 2)
    expect(await first).toMatchObject([{ status: 'rejected' }, { status: 'rejected' }])
    await lock.end('pg_cancel_backend', 1)
    expect(await Promise.all(others)).toEqual(['d', 'e'])
    await lock.unlock()
    expect(await stuck).toBe('c')
    await Promise.all(quick)
  })

  test('fail for all where the database is lost', async () => {
    const first = Promise.allSettled([ask(1n, 'a'), ask(1n, 'b')])
    const quick = twoMore()
    const lost = Promise.allSettled([ask(1n, 'c'), ask(2n, 'd'), ask(3n, 'e')])
    await lock.end('pg_cancel_backend', 2)
    await Promise.all([first, ...quick])
    await lock.end('pg_terminate_backend', 1)
    expect(await lost).toMatchObject(Array(3).fill({ status: 'rejected', reason: { code: 'UNAVAILABLE' } }))
  })
})

type Step = { kind: 'read' | 'write' | 'fail' | 'pause'; id: number }

const steps = fc.array(
  fc.record<Step>({
    kind: fc.oneof(
      { weight: 12, arbitrary: fc.constant('read' as const) },
      { weight: 3, arbitrary: fc.constant('write' as const) },
      { weight: 1, arbitrary: fc.constant('fail' as const) },
      { weight: 2, arbitrary: fc.constant('pause' as const) },
    ),
    id: fc.integer({ min: 1, max: 6 }),
  }),
  { minLength: 20, maxLength: 120 },
)

test('no row is older than its request, each is that of its own values, and only who fails fails', async () => {
  await database.db.query(statement('reset', 'UPDATE kept SET number = 0'))
  // A row counts up by tens, and its last digit is its id.
  const numbers = new Map<number, number>()
  let together = 0
  await fc.assert(
    fc.asyncProperty(steps, async (all) => {
      // What made a statement fail in the run before is over.
      now += 10_000
      await warm()
      const begun = new Map<number, number>()
      const writing = new Map<number, Promise<void>>()
      const running: Promise<void>[] = []

      const look = async (id: number): Promise<void> => {
        const stored = numbers.get(id) ?? 0
        const row = await company.ask(read, [BigInt(id), 1])
        const seen = Number(row!.data)
        expect(seen % 10).toBe(seen === 0 ? 0 : id)
        expect(seen).toBeGreaterThanOrEqual(stored)
        expect(seen).toBeLessThanOrEqual(begun.get(id) ?? stored)
      }
      const count = async (id: number): Promise<void> => {
        const last = begun.get(id) ?? numbers.get(id) ?? 0
        const next = last - (last % 10) + 10 + id
        begun.set(id, next)
        await writing.get(id)
        await database.db.query(write, [id, next])
        numbers.set(id, next)
      }

      for (const { kind, id } of all) {
        if (kind === 'pause') await running.at(-id)
        else if (kind === 'read') running.push(look(id))
        else if (kind === 'fail')
          running.push(expect(company.ask(read, [BigInt(id), 0])).rejects.toMatchObject({ code: '22012' }))
        else {
          const written = count(id)
          writing.set(id, written)
          running.push(written)
        }
      }
      await Promise.all(running)
      together += ways.filter((way) => way === 'together').length
    }),
    { numRuns: 60, endOnFailure: true },
  )
  expect(together).toBeGreaterThan(100)
})
