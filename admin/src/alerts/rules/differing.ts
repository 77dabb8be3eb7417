import { channelName, ruleFacts, type ToldRule } from './rule-words.ts'

export type Differing = { name: string; mine: string; theirs: string }

const inOrder = (texts: readonly string[] | null): readonly string[] | null => texts && [...new Set(texts)].toSorted()

const byName =
  <Named>(nameOf: (one: Named) => string) =>
  (a: Named, b: Named): number =>
    nameOf(a) < nameOf(b) ? -1 : 1

/** A rule whose lists are in one order, because none of them means another thing in another. */
const ordered = (rule: ToldRule): ToldRule => ({
  ...rule,
  channels: rule.channels?.toSorted(byName(channelName)) ?? null,
  targets: rule.targets.toSorted(byName(({ name }) => name)),
  quiet: rule.quiet && { ...rule.quiet, days: rule.quiet.days.toSorted() },
  conditions: {
    ...rule.conditions,
    titleContains: inOrder(rule.conditions.titleContains),
    categories: inOrder(rule.conditions.categories),
    jobs: inOrder(rule.conditions.jobs),
  },
})

/** In what two forms of a rule differ, in words. */
export const differingFacts = (mine: ToldRule, theirs: ToldRule): Differing[] => {
  const others = new Map(ruleFacts(ordered(theirs)))
  return ruleFacts(ordered(mine)).flatMap(([name, text]) =>
    others.get(name) === text ? [] : [{ name, mine: text, theirs: others.get(name)! }],
  )
}
