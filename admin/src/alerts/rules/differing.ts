import { ruleFacts, type ToldRule } from './rule-words.ts'

export type Differing = { name: string; mine: string; theirs: string }

/** In what two forms of a rule differ, in words. */
export const differingFacts = (mine: ToldRule, theirs: ToldRule): Differing[] => {
  const others = new Map(ruleFacts(theirs))
  return ruleFacts(mine).flatMap(([name, text]) =>
    others.get(name) === text ? [] : [{ name, mine: text, theirs: others.get(name)! }],
  )
}
