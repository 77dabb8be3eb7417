import type { Hole } from './chart-data.ts'

type Evidence = {
  place: string
  from: string
  to: string
  platform?: string | null
  failed?: boolean | null
  side?: string | null
  target?: string | null
}
type Outage = { from: string; to: string; reason: string; explanation?: string; evidence?: Evidence | null }

// Where the explanation was not asked for.
const explanations: Record<string, string> = {
  'not tracked yet': 'The channel was not watched yet.',
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

/** Outages of a series as the chart takes them, with the reason in words and a link to the evidence where the API told them. */
export const holesOf = (outages: readonly Outage[]): Hole[] =>
  outages.map(({ from, to, reason, explanation, evidence }) => ({
    from: Date.parse(from),
    to: Date.parse(to),
    explanation: explanation ?? explanations[reason] ?? `No observation: ${reason}.`,
    href: hrefOf(evidence),
  }))
