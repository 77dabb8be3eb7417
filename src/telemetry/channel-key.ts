/** A channel by the ids of its platform, which the tables of ClickHouse use as well. */
export type ChannelKey = { platform: string; platformUserId: string }

/** Things as parameters of a query that answers with a number for each, and the things of each number. */
export type Numbered<T> = {
  parameters: { platforms: string[]; ids: string[]; keys: string[] }
  /** By number, counted from 1; 0 stands for rows that were not asked for. */
  groups: readonly (readonly T[])[]
}

/** The key of a channel, built as queries build it. */
export const channelKey = ({ platform, platformUserId }: ChannelKey): string => `${platform}/${platformUserId}`

/** Numbers things of channels, such as the channels themselves; those with one key have one number. */
export const numbered = <T extends ChannelKey>(things: readonly T[], key: (thing: T) => string): Numbered<T> => {
  const groups = Map.groupBy(things, key)
  return {
    parameters: {
      platforms: [...new Set(things.map(({ platform }) => platform))],
      ids: [...new Set(things.map(({ platformUserId }) => platformUserId))],
      keys: [...groups.keys()],
    },
    groups: [[], ...groups.values()],
  }
}

/** The rows of each thing, from the column that holds their numbers. */
export const rowsByThing = <T>(
  { groups }: Numbered<T>,
  column: ArrayLike<number>,
): ReadonlyMap<T, readonly number[]> => {
  const rows: number[][] = groups.map(() => [])
  for (let row = 0; row < column.length; row++) rows[column[row]!]!.push(row)
  return new Map(groups.flatMap((same, number) => same.map((thing) => [thing, rows[number]!])))
}

/** SQL: rows of the given channels, and of a few others where platforms share an id. The order key serves it. */
export const ofChannels =
  'env = {env:String} AND platform IN {platforms:Array(String)} AND platform_user_id IN {ids:Array(String)}' as const

/** SQL: the number of the row's channel. */
export const channelNumber =
  `transform(concat(platform, '/', platform_user_id), {keys:Array(String)}, arrayEnumerate({keys:Array(String)}), 0)` as const
