import type pg from 'pg'
import type { Postgres, Transaction } from '../../../src/stores/postgres/postgres.ts'
import { sideOf } from './statement-sides.ts'

/** The databases of both sides, which may be one. */
export type Sides = { dm: Postgres; public: Postgres }

const sides = new WeakMap<Postgres, Sides>()

/** What the program is given in place of a test's database: where the tests run split, both databases of their own. */
export const sidesOf = (db: Postgres): Sides => sides.get(db) ?? { dm: db, public: db }

/** Begins a transaction where its first statement that names a side belongs; one of the other side after that is an error. */
const transactionOf =
  (both: Sides): Postgres['transaction'] =>
  async (work) => {
    let side: keyof Sides | undefined
    const decided = new Error('The side is known now.')
    const look: Transaction['query'] = async ({ text }) => {
      side = sideOf(text)
      if (side) throw decided
      return []
    }
    // Nothing is sent yet. Work that needs the answer of a statement that names no side belongs to dm.
    await work({ query: look }).catch(() => undefined)
    const chosen = side ?? 'dm'
    return both[chosen].transaction((tx) =>
      work({
        query(statement, values) {
          const named = sideOf(statement.text)
          if (named && named !== chosen)
            throw new Error(`A transaction of ${chosen} has a statement of ${named}: ${statement.text}`)
          return tx.query(statement, values)
        },
      }),
    )
  }

/** The pool of dm, but a statement of the other side goes to the other pool. */
const poolOf = (both: Sides): pg.Pool =>
  new Proxy(both.dm.pool, {
    get(target, property) {
      if (property !== 'query') {
        const value = Reflect.get(target, property, target)
        return typeof value === 'function' ? value.bind(target) : value
      }
      // biome-ignore lint/suspicious/noExplicitAny: pg overloads `query` with incompatible shapes
      return (...args: any[]) => {
        const [first] = args
        const { pool } = both[sideOf(typeof first === 'string' ? first : first.text) ?? 'dm']
        return (pool.query as (...all: unknown[]) => unknown)(...args)
      }
    },
  })

/** Both databases as one, for what tests themselves write and read: each statement goes to the side whose tables it names. */
export const joinSides = (both: Sides): Postgres => {
  const joined: Postgres = {
    url: both.dm.url,
    pool: poolOf(both),
    query: (statement, values) => both[sideOf(statement.text) ?? 'dm'].query(statement, values),
    transaction: transactionOf(both),
    stats: () => ({
      ...both.dm.stats(),
      statements: both.dm.stats().statements + both.public.stats().statements,
    }),
    onStatement(listener) {
      const stops = [both.dm.onStatement(listener), both.public.onStatement(listener)]
      return () => stops.map((stop) => stop()).every(Boolean)
    },
    moveTo: (url) => both.dm.moveTo(url),
    onMoved: (listener) => both.dm.onMoved(listener),
    async [Symbol.asyncDispose]() {
      await both.dm[Symbol.asyncDispose]()
      await both.public[Symbol.asyncDispose]()
    },
  }
  sides.set(joined, both)
  return joined
}
