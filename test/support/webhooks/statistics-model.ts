import type { Outcome } from '../../../src/telemetry/webhook-outcome.ts'
import { outcomes } from '../../../src/telemetry/webhook-outcome.ts'

/** A delivery as the inbox keeps it; instants in milliseconds since the epoch. */
export type ModelDelivery = {
  source: string
  channelUserId: string
  eventType: string
  outcome: Outcome
  verified: boolean
  replay: boolean
  leftOut: number
  sentAt: number | null
  receivedAt: number
}

/** What only some of the deliveries are asked for by. */
export type ModelFilter = {
  channel: { source: string; channelUserId: string } | null
  platform: string | null
  eventType: string | null
}

// What the engine keeps of a number to find quantiles.
const truncated = (value: number): number => {
  const view = new DataView(new ArrayBuffer(4))
  view.setFloat32(0, value)
  view.setUint16(2, 0)
  return view.getFloat32(0)
}

const countsOf = (deliveries: readonly ModelDelivery[], listed: readonly Outcome[]) => {
  const sum = (list: readonly ModelDelivery[]) => list.reduce((total, { leftOut }) => total + leftOut, 0)
  const lags = deliveries
    .filter(({ verified, outcome, sentAt }) => verified && outcome !== 'REPEATED' && sentAt !== null)
    .map(({ sentAt, receivedAt }) => receivedAt - sentAt!)
    .sort((a, b) => a - b)
  const quantile = (share: number) => truncated(lags[Math.max(0, Math.ceil(share * lags.length) - 1)]!)
  return {
    received: deliveries.length + sum(deliveries),
    leftOut: sum(deliveries),
    outcomes: listed.map((outcome) => {
      const those = deliveries.filter((one) => one.outcome === outcome)
      return { outcome, count: those.length + sum(those), leftOut: sum(those) }
    }),
    lag: lags.length === 0 ? null : { p50: quantile(0.5), p95: quantile(0.95), max: lags.at(-1)! },
  }
}

/** The statistics of these deliveries, by the plainest way. */
export const modelStatistics = (
  all: readonly ModelDelivery[],
  { from, to, edges }: { from: number; to: number; edges: readonly number[] },
  { channel, platform, eventType }: ModelFilter,
) => {
  const asked = all.filter(
    (one) =>
      !one.replay &&
      one.receivedAt >= from &&
      one.receivedAt < to &&
      (channel === null || (one.source === channel.source && one.channelUserId === channel.channelUserId)) &&
      (platform === null || one.source === platform) &&
      (eventType === null || one.eventType === eventType),
  )
  const listed = outcomes.filter((outcome) => asked.some((one) => one.outcome === outcome))
  const typeOf = ({ source, verified, eventType }: ModelDelivery) => `${source} ${verified ? eventType : ''}`
  return {
    keptSince: all.length === 0 ? null : Math.min(...all.map(({ receivedAt }) => receivedAt)),
    total: countsOf(asked, listed),
    points: edges.slice(0, -1).map((edge, index) => {
      const inside = asked.filter(({ receivedAt }) => receivedAt >= edge && receivedAt < edges[index + 1]!)
      return countsOf(inside, listed)
    }),
    byType: [...Map.groupBy(asked, typeOf)]
      .map(([key, list]) => {
        const [source, type] = key.split(' ') as [string, string]
        const lastAt = Math.max(...list.map(({ receivedAt }) => receivedAt))
        return { key, source, eventType: type || null, lastAt, ...countsOf(list, listed) }
      })
      .sort((a, b) => b.received - a.received || (a.key < b.key ? -1 : 1))
      .map(({ key: _, ...type }) => type),
  }
}
