import type { ReadLane } from '../stores/clickhouse/named-query.ts'

// More rows than this keep the engine busy for over a tenth of a second.
const maxLightRows = 200_000

/** The lane of a query that reads about so many rows. */
export const laneFor = (rows: number): ReadLane => (rows > maxLightRows ? 'heavy' : 'light')
