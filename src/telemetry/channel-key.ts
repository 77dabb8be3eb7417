/** A channel as the platform knows it, which is how ClickHouse keeps what happened to it. */
export type ChannelKey = { platform: string; platformUserId: string }

/** The channels of a query as its parameters, and the way back from the number that it answers for each. */
export type ChannelNumbers<T> = {
  parameters: { platforms: string[]; ids: string[]; keys: string[] }
  /** The channels with this number, counted from 1; none for 0, which is a channel that nobody asked for. */
  channels(number: number): readonly T[]
}

/** Numbers channels; a channel given twice has one number. */
export const numberChannels = <T extends ChannelKey>(channels: readonly T[]): ChannelNumbers<T> => {
  const groups = Map.groupBy(channels, ({ platform, platformUserId }) => `${platform}/${platformUserId}`)
  const numbered = [...groups.values()]
  return {
    parameters: {
      platforms: [...new Set(channels.map(({ platform }) => platform))],
      ids: [...new Set(channels.map(({ platformUserId }) => platformUserId))],
      keys: [...groups.keys()],
    },
    channels: (number) => numbered[number - 1] ?? [],
  }
}

/** SQL: rows of the channels asked for, and of few others where platforms share an id; the order key serves it. */
export const ofChannels =
  'env = {env:String} AND platform IN {platforms:Array(String)} AND platform_user_id IN {ids:Array(String)}' as const

/** SQL: the number of the row's channel. */
export const channelNumber = `toUInt32(indexOf({keys:Array(String)}, concat(platform, '/', platform_user_id)))` as const
