import { channelParams, type NamedChannel } from '../channel/channel-params.ts'
import type { Hole } from './chart-data.ts'
import type { Evidence, ToldOutage } from './explained-outages.ts'

/** As the server says it of a span before the channel was watched. */
export const notTracked = 'not tracked yet'

// Where the explanation was not asked for.
const explanations: Record<string, string> = {
  [notTracked]: 'The channel was not watched yet.',
  'not probed': 'The platform was not asked, or did not answer.',
  lost: 'What was observed is lost.',
}

const addressOf = ({
  place,
  platform,
  failed,
  side,
  target,
}: Evidence): [path: string, more: Record<string, unknown>] => {
  switch (place) {
    case 'CALLS':
      return ['/operations', { view: 'calls', platform, calls: failed ? null : 'all' }]
    case 'DELIVERIES':
      return ['/inbox', {}]
    case 'AUDIT':
      return ['/settings', { tab: 'audit', side, target }]
    default:
      return ['/operations', {}]
  }
}

const hrefOf = (evidence: Evidence | null | undefined): string | undefined => {
  if (!evidence) return
  const [path, more] = addressOf(evidence)
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries({ ...more, from: evidence.from, to: evidence.to }))
    if (value != null) search.set(name, String(value))
  return `${path}?${search}`
}

/** Where it is told how a channel is watched, and since when. */
const watchingOf = (channel: NamedChannel): string => {
  const { platform, slug } = channelParams(channel)
  return `/channels/${platform}/${encodeURIComponent(slug)}?tab=watching#details`
}

/** Outages of a channel as the chart takes them, with the reason in words and a link to the evidence where the API told one. */
export const holesOf = (outages: readonly ToldOutage[], channel: NamedChannel): Hole[] =>
  outages.map(({ from, to, reason, explanation, evidence }) => {
    const isBefore = reason === notTracked
    return {
      from: Date.parse(from),
      to: Date.parse(to),
      explanation: explanation ?? explanations[reason] ?? `No observation: ${reason}.`,
      // It is there for whom evidence is told, whether or not there is any.
      href: isBefore && evidence !== undefined ? watchingOf(channel) : hrefOf(evidence),
      isBefore,
    }
  })
