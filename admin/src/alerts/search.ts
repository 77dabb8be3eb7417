import type { AlertDeliveryState, AlertKind } from '../../generated/graphql.ts'
import { choiceOf, textOf } from '../view/search-params.ts'
import { kindNames } from './kind-names.ts'

export const tabs = ['rules', 'targets', 'deliveries'] as const
export type Tab = (typeof tabs)[number]

export const deliveryStates = ['WAITING', 'DELIVERED', 'DEAD'] as const satisfies readonly AlertDeliveryState[]

/** What stands in place of an id while a rule or a target is made. */
export const fresh = 'new'

/** What a link to the place says beside range and zone. */
export type AlertsSearch = {
  tab?: Tab
  /** The rule that is open, or `new`; of deliveries, the rule that they are of. */
  rule?: string
  /** The target that is open, or `new`; of deliveries, the target that they go to. */
  target?: string
  /** What is open is being changed. */
  edit?: 'yes'
  /** Filters of deliveries, beside rule and target. */
  state?: AlertDeliveryState
  kind?: AlertKind
  /** The id of a channel. */
  channel?: string
  /** The delivery that is open. */
  open?: string
  /** The page of the deliveries: behind this cursor. */
  after?: string
}

/** What leads back to every delivery. */
export const noFilters: AlertsSearch = {
  ...{ rule: undefined, target: undefined, state: undefined, kind: undefined, channel: undefined },
  after: undefined,
}

export const readAlertsSearch = (search: Record<string, unknown>): AlertsSearch => ({
  tab: choiceOf(search.tab, tabs),
  rule: textOf(search.rule),
  target: textOf(search.target),
  edit: choiceOf(search.edit, ['yes']),
  state: choiceOf(search.state, deliveryStates),
  kind: choiceOf(search.kind, Object.keys(kindNames) as AlertKind[]),
  channel: textOf(search.channel),
  open: textOf(search.open),
  after: textOf(search.after),
})
