import { z } from 'zod'
import { deliveryStates } from '../alerts/deliveries.ts'
import type { ShownTarget } from '../alerts/targets.ts'
import { filterOf, filterOptions } from './alert-filter.ts'
import { storeCommand } from './store-command.ts'
import { matching } from './values.ts'
import { instantOrNull } from './words.ts'

const rules = storeCommand({
  name: 'alert rules',
  summary: 'list what is told, and to which targets',
  examples: [{ call: 'alert rules', about: 'every rule' }],
  result: z.object({
    id: z.string().describe('its id'),
    name: z.string().describe('its name'),
    isEnabled: z.boolean().describe('whether it tells anything now'),
    kinds: z.array(z.string()).describe('the kinds of happenings that it is about'),
    channelIds: z.array(z.string()).nullable().describe('only these channels; null for all'),
    platform: z.string().nullable().describe('only channels of this platform; null for all'),
    conditions: z.unknown().describe('what more must be true'),
    quiet: z
      .unknown()
      .describe('hours in which it tells nothing, in minutes after midnight; null where there are none'),
    windowSeconds: z.int().nullable().describe('at most once in so long for each channel and kind; null for all'),
    targets: z.array(z.string()).describe('the ids of its targets'),
  }),
  async run(_, { services: { alerts }, say, tell }) {
    const found = await alerts.rules.list()
    for (const {
      id,
      name,
      isEnabled,
      kinds,
      channelIds,
      platform,
      conditions,
      quiet,
      windowSeconds,
      targetIds,
    } of found)
      tell(
        {
          ...{ id, name, isEnabled, kinds, channelIds: channelIds?.map(String) ?? null, platform },
          ...{ conditions, quiet, windowSeconds, targets: targetIds },
        },
        `${id}  ${name}  ${isEnabled ? kinds.join(', ') : 'disabled'}  to ${targetIds.length} targets`,
      )
    say(`${found.length} rules`)
    return true
  },
})

const stateOf = ({ pausedAt, pausedReason, failures, failingSince, waiting }: ShownTarget): string => {
  const health = pausedAt
    ? `paused since ${pausedAt.toISOString()}: ${pausedReason}`
    : failures > 0
      ? `failing since ${failingSince!.toISOString()}`
      : 'well'
  return waiting > 0 ? `${health}; ${waiting} wait` : health
}

const targets = storeCommand({
  name: 'alert targets',
  summary: 'list where alerts go, and whether they arrive',
  examples: [{ call: 'alert targets', about: 'every target with its health' }],
  result: z.object({
    id: z.string().describe('its id'),
    name: z.string().describe('its name'),
    kind: z.string().describe('http, discord, slack or email'),
    destination: z.string().describe('where it goes, without secrets'),
    waiting: z.int().describe('deliveries that wait for it'),
    failures: z.int().describe('attempts that failed since the last one that did not'),
    failingSince: z.iso.datetime().nullable().describe('the first of them; null where there is none'),
    pausedAt: z.iso.datetime().nullable().describe('since when it is paused; null where it is not'),
    pausedReason: z.string().nullable().describe('why it is paused'),
    deliveredAt: z.iso.datetime().nullable().describe('when something last arrived; null before the first time'),
  }),
  async run(_, { services: { alerts }, say, tell }) {
    const found = await alerts.targets.list()
    for (const target of found) {
      const { id, name, kind, destination, waiting, failures, failingSince, pausedAt, pausedReason, deliveredAt } =
        target
      tell(
        {
          ...{ id, name, kind, destination, waiting, failures, pausedReason },
          ...{ failingSince: instantOrNull(failingSince), pausedAt: instantOrNull(pausedAt) },
          deliveredAt: instantOrNull(deliveredAt),
        },
        `${id}  ${name}  ${kind}  ${destination}  ${stateOf(target)}`,
      )
    }
    say(`${found.length} targets`)
    return true
  },
})

const usual = 20

const deliveries = storeCommand({
  name: 'alert deliveries',
  summary: 'list what was told to targets, and what became of it, the newest first',
  options: {
    ...filterOptions,
    limit: {
      about: `at most so many, ${usual} unless told`,
      value: matching('<number>', /^[1-9]\d{0,3}$/, 'a whole number from 1 to 9999'),
    },
  },
  examples: [
    { call: 'alert deliveries --state dead', about: 'what was given up, with the answers' },
    { call: 'alert deliveries --target ops --since now-1h', about: 'what one target was told in the last hour' },
  ],
  result: z.object({
    id: z.string().describe('what the target knows it by; the same at every attempt'),
    kind: z.string().describe('what happened'),
    text: z.string().describe('what it says'),
    happenedAt: z.iso.datetime().describe('when it happened'),
    createdAt: z.iso.datetime().describe('when it was decided'),
    state: z.enum(deliveryStates).describe('what became of it'),
    target: z.string().describe('the id of its target'),
    rule: z.string().nullable().describe('the id of its rule; null where that was deleted'),
    attempts: z
      .array(
        z.object({
          number: z.int(),
          at: z.iso.datetime(),
          outcome: z.string(),
          status: z.int().nullable(),
          answer: z.string(),
          ms: z.int(),
        }),
      )
      .describe('what came of each attempt'),
  }),
  async run({ limit, ...filters }, { services, say, tell }) {
    const { alerts } = services
    const page = { before: null, limit: limit === undefined ? usual : Number(limit) }
    const found = await alerts.deliveries.list(await filterOf(services, filters), page)
    const attempts = await alerts.deliveries.attempts(found.map(({ id }) => id))
    for (const { id, messageId, kind, message, happenedAt, createdAt, state, targetId, ruleId } of found) {
      const own = attempts.get(id) ?? []
      const last = own.at(-1)
      const answer =
        last && last.outcome !== 'delivered' ? `  ${last.status ?? 'no answer'}: ${last.answer.slice(0, 80)}` : ''
      tell(
        {
          ...{ id: messageId, kind, text: message.text, state, target: targetId, rule: ruleId },
          ...{ happenedAt: happenedAt.toISOString(), createdAt: createdAt.toISOString() },
          attempts: own.map(({ deliveryId: _, at, ...attempt }) => ({ ...attempt, at: at.toISOString() })),
        },
        `${createdAt.toISOString()}  ${state.padEnd(9)}  ${messageId}  ${message.text}${answer}`,
      )
    }
    say(`${found.length} deliveries`)
    return true
  },
})

/** What there is of alerts. */
export const alertListCommands = [rules, targets, deliveries]
