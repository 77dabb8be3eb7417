/** A status change as every fan-out server of the benchmarks publishes it; `cursor` tells one event from the next. */
export const statusChange = (cursor: string) => ({
  __typename: 'StatusChange',
  cursor,
  event: {
    type: 'STREAM_START',
    previousStatus: 'OFFLINE',
    newStatus: 'ONLINE',
    occurredAt: '2026-11-22T12:00:00.000Z',
  },
  channel: { externalId: '01000000000000000000000001', slug: 'channel-000001', isLive: true },
})

/** One event on its way: when it was handed over, on the clock of `sharedNowMs`, and a text that its message contains. */
export type Published = { startedAt: number; marker: string }

/** The channel that all clients watch. */
export const watchedSlug = 'channel-000001'

/** The schema of the stock servers: the part of the contract that the benchmark's subscription needs. */
export const statusSchema = `
  enum LiveStatus { ONLINE OFFLINE UNKNOWN }
  enum StatusEventType { STREAM_START STREAM_END CONNECTION_TEST }
  type Channel { externalId: String!  slug: String  isLive: Boolean! }
  type StatusEvent { type: StatusEventType!  previousStatus: LiveStatus!  newStatus: LiveStatus!  occurredAt: String! }
  type StatusChange { cursor: String!  event: StatusEvent!  channel: Channel! }
  type StatusGap { cursor: String!  reason: String! }
  union ChannelStatusMessage = StatusChange | StatusGap
  type Query { ok: Boolean }
  type Subscription { channelStatus(slugs: [String!]): ChannelStatusMessage! }
`

/** The clients' document; another group has another alias and so another answer. */
export const statusDocument = (alias = ''): string =>
  `subscription Status($slugs: [String!]) { ${alias && `${alias}: `}channelStatus(slugs: $slugs) { __typename ... on StatusChange {
  cursor event { type previousStatus newStatus occurredAt } channel { externalId slug isLive } } } }`.replaceAll(
    /\s+/g,
    ' ',
  )

/** Milliseconds on the clock that all processes of a machine share. */
export const sharedNowMs = (): number => Number(process.hrtime.bigint()) / 1e6
