import { deliveryStates } from '../alerts/deliveries.ts'
import { happeningKinds } from '../alerts/happening.ts'
import type { StoredRule } from '../alerts/rules.ts'
import type { ShownTarget } from '../alerts/targets.ts'
import { ConfigError } from '../lib/errors.ts'
import type { CommandServices } from './store-command.ts'
import { instant, oneOf, text } from './values.ts'

/** The one with a name or an id; a ConfigError where there is none, or several. */
const named = <Row extends { id: string; name: string }>(what: string, word: string, rows: readonly Row[]): Row => {
  const byId = rows.find(({ id }) => id === word)
  if (byId) return byId
  const found = rows.filter(({ name }) => name === word)
  if (found.length === 1) return found[0]!
  if (found.length > 1) throw new ConfigError(`Several ${what}s have this name: use the id.`)
  throw new ConfigError(`There is no ${what} with this name or id: channelscope alert ${what}s has them.`)
}

/** The rule with a name or an id. */
export const ruleOf = async ({ alerts }: CommandServices, word: string): Promise<StoredRule> =>
  named('rule', word, await alerts.rules.list())
/** The target with a name or an id. */
export const targetOf = async ({ alerts }: CommandServices, word: string): Promise<ShownTarget> =>
  named('target', word, await alerts.targets.list())

/** The options that say which deliveries are meant. */
export const filterOptions = {
  target: { about: 'only those for this target, by name or id', value: text('<target>') },
  rule: { about: 'only those of this rule, by name or id', value: text('<rule>') },
  state: { about: 'only those in this state', value: oneOf(deliveryStates) },
  kind: { about: 'only those of this kind', value: oneOf(happeningKinds) },
  since: { about: 'only those that were decided at this instant or later', value: instant },
  until: { about: 'only those that were decided before this instant', value: instant },
} as const

type Filters = {
  target?: string | undefined
  rule?: string | undefined
  state?: (typeof deliveryStates)[number] | undefined
  kind?: (typeof happeningKinds)[number] | undefined
  since?: Date | undefined
  until?: Date | undefined
}

/** The filter that options mean. */
export const filterOf = async (services: CommandServices, { target, rule, state, kind, since, until }: Filters) => ({
  targetId: target === undefined ? null : (await targetOf(services, target)).id,
  ruleId: rule === undefined ? null : (await ruleOf(services, rule)).id,
  ...{ state: state ?? null, kind: kind ?? null, from: since ?? null, to: until ?? null },
})
