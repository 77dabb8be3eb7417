import type { AlertMessage } from './target.ts'

/** What is told to people about a broadcast, as far as it is known. */
export type ShownFacts = {
  title?: string
  category?: string
  viewers?: number
  peakViewers?: number
  /** Epoch milliseconds. */
  startedAt?: number
  endedAt?: number
  imageUrl?: string
}

const longestText = 500

/** One line of text without what moves it, of at most 500 characters; undefined where nothing is left. */
export const oneLine = (value: unknown, longest = longestText): string | undefined => {
  if (typeof value !== 'string') return undefined
  const text = value
    .slice(0, 4 * longest)
    .toWellFormed()
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]+/gu, ' ')
    .trim()
  return [...text].slice(0, longest).join('') || undefined
}

const countOf = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined

const instantOf = (value: unknown): number | undefined => {
  const at = typeof value === 'string' ? Date.parse(value) : Number.NaN
  return Number.isNaN(at) ? undefined : at
}

/** A URL that others can load; undefined for anything else. */
export const publicUrl = (value: unknown): string | undefined => {
  const url = typeof value === 'string' && value.length <= 2_048 ? URL.parse(value) : null
  return url && /^https?:$/.test(url.protocol) && url.hostname.includes('.') ? url.href : undefined
}

const known = (facts: ShownFacts): ShownFacts =>
  Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined))

const highest = (...counts: (number | undefined)[]): number | undefined => {
  const told = counts.filter((count) => count !== undefined)
  return told.length === 0 ? undefined : Math.max(...told)
}

/**
 * What is known after a message: what it tells, and what earlier ones of its thread told and it does not mention. A fact that is null
 * is no longer known. What is not of its form is left out.
 */
export const shownFactsOf = ({ facts }: AlertMessage, earlier: ShownFacts = {}): ShownFacts => {
  const told = known({
    title: oneLine(facts.title),
    category: oneLine(facts.category),
    viewers: countOf(facts.viewers),
    startedAt: instantOf(facts.startedAt),
    endedAt: instantOf(facts.endedAt),
    imageUrl: publicUrl(facts.imageUrl),
  })
  const kept = Object.fromEntries(Object.entries(earlier).filter(([name]) => facts[name] !== null))
  const peakViewers = highest(countOf(facts.peakViewers), told.viewers, earlier.peakViewers)
  return known({ ...kept, ...told, peakViewers })
}

/** A length of time as people say it, such as `3 h 12 min`. */
export const sayDuration = (ms: number): string => {
  const minutes = Math.max(0, Math.round(ms / 60_000))
  const hours = Math.floor(minutes / 60)
  return hours === 0 ? `${minutes} min` : `${hours} h ${minutes % 60} min`
}

/** A number as people read it, such as `12,345`. */
export const sayNumber = (value: number): string => value.toLocaleString('en-US')

/** The sentence of a message in one line. */
export const sentenceOf = ({ text, kind }: AlertMessage): string => oneLine(text, 1_000) ?? kind

/** How a channel is called. */
export const nameOf = ({ channel }: AlertMessage): string | undefined =>
  channel === null ? undefined : (oneLine(channel.displayName, 100) ?? oneLine(channel.slug, 100))
