import type { Happening, HappeningKind } from './happening.ts'
import type { Conditions } from './rule.ts'

/** A text in which case makes no difference. */
const folded = (text: string): string => text.normalize('NFC').toUpperCase().toLowerCase()

const textOf = (value: unknown): string => (typeof value === 'string' ? folded(value) : '')

const foldedTexts = new WeakMap<readonly string[], readonly string[]>()

/** The texts of a condition, folded once for all happenings. */
const foldedOf = (texts: readonly string[]): readonly string[] => {
  const known = foldedTexts.get(texts) ?? texts.map(folded)
  foldedTexts.set(texts, known)
  return known
}

const passes = (limit: number, before: unknown, now: unknown): boolean =>
  typeof now === 'number' && now >= limit && (typeof before !== 'number' || before < limit)

type Meets = (conditions: Conditions, facts: Happening['facts']) => boolean

const tests: Partial<Record<HappeningKind, Meets>> = {
  'title-changed': ({ titleContains }, { title }) => {
    const text = titleContains === undefined ? '' : textOf(title)
    return titleContains === undefined || foldedOf(titleContains).some((part) => text.includes(part))
  },
  'category-changed': ({ categories }, { category }) =>
    categories === undefined || foldedOf(categories).includes(textOf(category)),
  'viewers-passed': ({ viewers, timesUsual }, { viewers: now, viewersBefore, usualViewers }) =>
    (viewers !== undefined && passes(viewers, viewersBefore, now)) ||
    (timesUsual !== undefined &&
      typeof usualViewers === 'number' &&
      passes(timesUsual * usualViewers, viewersBefore, now)),
  'trust-fell': ({ scoreBelow }, { score, previousScore }) =>
    scoreBelow === undefined || (Number(score) < scoreBelow && Number(previousScore) >= scoreBelow),
  'job-failed': ({ jobs }, { job }) => jobs === undefined || jobs.includes(String(job)),
}

/** Whether a happening meets the conditions that are about its kind. */
export const meets = (conditions: Conditions, { kind, facts }: Happening): boolean =>
  tests[kind]?.(conditions, facts) ?? true
