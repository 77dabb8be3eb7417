/** The channels of a subscription. Equal keys mean the same channels. */
export type Interest = {
  readonly key: string
  /** Null means every channel, of `platform` if that is given. */
  readonly channels: ReadonlySet<number> | null
  readonly platform: string | null
}

/** Interest in the channels with these ids; repeated ids count once. */
export const interestIn = (channelIds: Iterable<bigint>): Interest => {
  const ids = [...new Set(Array.from(channelIds, Number))].sort((a, b) => a - b)
  return { key: ids.join(), channels: new Set(ids), platform: null }
}

/** Interest in every channel, or in every channel of one platform. */
export const interestInAll = (platform: string | null): Interest => ({
  key: `all:${platform ?? ''}`,
  channels: null,
  platform,
})

/** Whether an interest includes this channel. */
export const covers = (interest: Interest, channelId: number, platform: string): boolean =>
  interest.channels ? interest.channels.has(channelId) : interest.platform === null || interest.platform === platform

/** One thing for each form that an interest has, such as a statement. */
export type ByInterest<T> = { channels: T; platform: T; all: T }

/** What belongs to the form of an interest, and the parameters that the form has. */
export const forInterest = <T>({ channels, platform }: Interest, by: ByInterest<T>): [T, unknown[]] => {
  if (channels) return [by.channels, [[...channels]]]
  return platform === null ? [by.all, []] : [by.platform, [platform]]
}
