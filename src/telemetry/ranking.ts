/** What channels are ranked by, and whether the values of channels add up to something. */
export const rankingMeasures = {
  HOURS_WATCHED: { of: 'probes', addsUp: true },
  PEAK_VIEWERS: { of: 'probes', addsUp: false },
  AVERAGE_VIEWERS: { of: 'probes', addsUp: false },
  AIR_TIME: { of: 'probes', addsUp: true },
  MESSAGES: { of: 'chat', addsUp: true },
  CHATTERS: { of: 'chat', addsUp: true },
  FOLLOWS: { of: 'follows', addsUp: true },
} as const

export type RankingMeasure = keyof typeof rankingMeasures

/** A measure that comes from one kind of history. */
export type MeasureOf<Kind extends string> = {
  [Measure in RankingMeasure]: (typeof rankingMeasures)[Measure]['of'] extends Kind ? Measure : never
}[RankingMeasure]

/** Where the next page of a ranking goes on: behind this value, and behind the channel of this key among equal values. */
export type RankPosition = { value: number; key: string }

/** A page of a ranking of a range, in milliseconds since the epoch. */
export type RankingRequest = {
  from: number
  to: number
  beyond: RankPosition | null
  limit: number
}

/** A channel in a ranking. `value` is in the unit in which channels are compared, and `total` the sum of all values. */
export type Ranked = RankPosition & {
  /** Counted from 1. */
  rank: number
  total: number
}

/**
 * SQL: the channels of `rows` in the order of `value`, with their rank and the sum of all values; those behind the position. `key` orders equal
 * values. Channels whose value is not above zero are left out.
 */
export const rankedRows = <const Rows extends string>(rows: Rows, key: string, columns: string) =>
  `
SELECT ${columns}, value, toUInt32(place) AS rank, total
FROM (
  SELECT *, row_number() OVER (ORDER BY value DESC, ${key}) AS place, sum(value) OVER () AS total
  FROM (${rows}) WHERE value > 0
)
WHERE {is_first:Bool} OR value < {beyond_value:Float64} OR (value = {beyond_value:Float64} AND ${key} > {beyond_key:String})
ORDER BY place
LIMIT {limit:UInt32}` as const

/** A page as parameters. */
export const pageParameters = ({ beyond, limit }: RankingRequest) => ({
  is_first: beyond === null,
  beyond_value: beyond?.value ?? 0,
  beyond_key: beyond?.key ?? '',
  limit,
})

export type PageParameters = ReturnType<typeof pageParameters>
