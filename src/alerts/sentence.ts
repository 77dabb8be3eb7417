import type { Happening, HappeningKind } from './happening.ts'

type Told = { who: string; facts: Record<string, unknown> }

const after = (before: string, value: unknown): string =>
  typeof value === 'string' && value !== '' ? `${before}${value}` : ''

const number = (value: unknown): string => Number(value).toLocaleString('en-US')

const minutesOf = (facts: Record<string, unknown>): string => {
  const minutes = Math.max(1, Math.round((Date.parse(String(facts.until)) - Date.parse(String(facts.from))) / 60_000))
  return minutes === 1 ? 'a minute' : `${number(minutes)} minutes`
}

const targetOf = ({ target }: Record<string, unknown>): string =>
  String((target as { name?: unknown } | undefined)?.name ?? 'a target')

const sentences: Record<HappeningKind, (told: Told) => string> = {
  'went-live': ({ who, facts }) => `${who} is live${after(': ', facts.title)}`,
  ended: ({ who, facts }) => `${who} is no longer live${after(': ', facts.title)}`,
  'title-changed': ({ who, facts }) => `${who} changed the title to: ${facts.title}`,
  'category-changed': ({ who, facts }) => `${who} changed the category to ${facts.category}`,
  'viewers-passed': ({ who, facts }) =>
    `${who} has ${number(facts.viewers)} viewers${facts.usualViewers === undefined ? '' : `, usually about ${number(Math.round(Number(facts.usualViewers)))}`}`,
  renamed: ({ who, facts }) => `${who} is now called ${facts.slug}${after(', and was called ', facts.previousSlug)}`,
  collided: ({ who, facts }) => `${who} lost the name ${facts.previousSlug} to another channel`,
  banned: ({ who }) => `The platform no longer shows ${who}`,
  returned: ({ who }) => `The platform shows ${who} again`,
  outage: ({ who, facts }) => `The broadcast of ${who} was not observed for ${minutesOf(facts)}`,
  'claim-verified': ({ who }) => `The claim of ${who} is verified`,
  'claim-lost': ({ who }) => `The verified claim of ${who} is gone`,
  'trust-fell': ({ who, facts }) =>
    `The trust score of ${who} fell from ${number(facts.previousScore)} to ${number(facts.score)}`,
  'job-failed': ({ facts }) => `The job ${facts.job} failed${after(': ', facts.reason)}`,
  'delivery-failed': ({ facts }) =>
    facts.isPaused
      ? `${targetOf(facts)} takes no alerts for a day, and is paused`
      : `An alert for ${targetOf(facts)} was given up${after(': ', facts.answer)}`,
}

const longest = 500

/** One sentence for people that says what happened. */
export const sentenceOf = ({ kind }: Pick<Happening, 'kind'>, told: Told): string => {
  const text = sentences[kind](told)
  return text.length <= longest ? text : `${text.slice(0, longest - 1).toWellFormed()}…`
}
