import type { Happening, HappeningKind } from './happening.ts'

type Told = { who: string; facts: Record<string, unknown> }

const quotedText = (value: unknown): string => (typeof value === 'string' && value !== '' ? `: ${value}` : '')

const sentences: Record<HappeningKind, (told: Told) => string> = {
  'went-live': ({ who, facts }) => `${who} is live${quotedText(facts.title)}`,
  ended: ({ who, facts }) => `${who} is no longer live${quotedText(facts.title)}`,
}

/** One sentence for people that says what happened. */
export const sentenceOf = ({ kind }: Pick<Happening, 'kind'>, told: Told): string => sentences[kind](told)
