import type { ReadPool } from '../stores/clickhouse/named-query.ts'

// More rows than this keep the engine busy for over a tenth of a second.
const maxLightRows = 200_000

/** The pool of a query that reads about so many rows. */
export const readPoolFor = (rows: number): ReadPool => (rows > maxLightRows ? 'heavy' : 'light')
