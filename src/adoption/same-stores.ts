import { ConfigError } from '../lib/errors.ts'
import type { ClickHouse } from '../stores/clickhouse/open-clickhouse.ts'
import type { Transaction } from '../stores/postgres/postgres.ts'
import { readPhases } from './bookkeeping.ts'
import { markHistory, readHistoryMark } from './clickhouse/adoption-mark.ts'
import { type AdoptionContext, ask } from './step.ts'

type Place = { history: string; environment: string; tier: string }

const hasPlace = ask(`SELECT 1 WHERE to_regclass('adoption.place') IS NOT NULL`)
const readPlace = ask<Place>('SELECT history, environment, tier FROM adoption.place')

/** What Phase A was given; undefined where it has not begun, or a version began it that did not note it. */
const placeOf = async (db: Transaction): Promise<Place | undefined> =>
  (await db.query(hasPlace)).length === 0 ? undefined : (await db.query(readPlace))[0]

/** Notes which ClickHouse, ENVIRONMENT and TIER Phase A is given; what was noted stays. */
export const noteStores = async ({ db, clickHouse, environment, tier }: AdoptionContext): Promise<void> => {
  if (await placeOf(db)) return
  const history = await markHistory(clickHouse)
  await db.query(ask('INSERT INTO adoption.place (history, environment, tier) VALUES ($1, $2, $3)'), [
    history,
    environment,
    tier,
  ])
}

/**
 * Refuses another ClickHouse, ENVIRONMENT or TIER than Phase A was given, as a ConfigError. A null for ClickHouse: it can not be asked now. A phase
 * that only has to close its books may find none.
 */
export const requireSameStores = async ({
  db,
  clickHouse,
  environment,
  tier,
}: {
  db: Transaction
  clickHouse: ClickHouse | null
  environment: string
  tier: string
}): Promise<void> => {
  const place = await placeOf(db)
  if (!place) return
  for (const [name, now, then] of [
    ['ENVIRONMENT', environment, place.environment],
    ['TIER', tier, place.tier],
  ] as const)
    if (now !== then)
      throw new ConfigError(`${name} is ${now}, and it was ${then} when Phase A began: give every command the same.`)
  const isClosing = (await readPhases(db)).some(({ name, finishedAt }) => name !== 'phase-a' && finishedAt !== null)
  if (clickHouse === null || isClosing || (await readHistoryMark(clickHouse)) === place.history) return
  throw new ConfigError(
    'This is not the ClickHouse that Phase A took over: give CLICKHOUSE_URL, or DATA_DIR where it is embedded, as Phase A had it.',
  )
}
