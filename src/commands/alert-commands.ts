import { z } from 'zod'
import type { RuleInput } from '../alerts/rule-input.ts'
import { tailAlerts } from '../alerts/tail.ts'
import { isPauseReason, pauseReasonForm } from '../alerts/targets.ts'
import { ConfigError, UsageError } from '../lib/errors.ts'
import { filterOf, filterOptions, ruleOf, targetOf } from './alert-filter.ts'
import { storeCommand } from './store-command.ts'
import { instant, matching, text } from './values.ts'

const ruleArgument = { about: 'the rule, by name or id', value: text('<rule>'), required: true } as const
const targetArgument = { about: 'the target, by name or id', value: text('<target>'), required: true } as const

const dryRun = storeCommand({
  name: 'alert dry-run',
  summary: 'say what a rule would have told in the past',
  details: ['It decides as the live run does, and begins with nothing told. Claims are those of now.'],
  arguments: { rule: ruleArgument },
  options: {
    since: { about: 'from then on; a week ago unless told', value: instant },
    until: { about: 'until then; now unless told', value: instant },
    timezone: { about: 'whose days are counted; UTC unless told', value: text('<zone>') },
  },
  examples: [
    { call: 'alert dry-run "Our streamers"', about: 'the last week' },
    { call: 'alert dry-run ops --since now-90d --timezone Europe/Berlin', about: 'three months, by days of Berlin' },
  ],
  result: z.object({
    told: z.int().describe('how many happenings it would have told'),
    decisions: z.record(z.string(), z.int()).describe('the happenings of its kinds, by what was decided'),
    days: z.record(z.string(), z.int()).describe('how many it would have told on each day'),
    newest: z.array(z.string()).describe('what the newest of them say, the newest first'),
  }),
  async run({ rule, since, until, timezone }, { services, tell, signal }) {
    const to = until ?? new Date(services.clock())
    const from = since ?? new Date(+to - 7 * 86_400_000)
    const stored = await ruleOf(services, rule)
    const done = await services.alerts
      .dryRun({ ...stored, targetIds: stored.targetIds } as unknown as RuleInput, { from, to, timezone, signal })
      .catch((error: unknown) => {
        if (error instanceof RangeError) throw new UsageError('--timezone must be the IANA name of a time zone.')
        throw error
      })
    if (done.kind === 'invalid') throw new UsageError(done.message)
    const { told, reasons, days, newest } = done.run
    tell(
      {
        told,
        decisions: Object.fromEntries(reasons.map(({ reason, count }) => [reason, count])),
        days: Object.fromEntries(days.map((day) => [day.day, day.told])),
        newest: newest.map((message) => `${message.at}  ${message.text}`),
      },
      [
        `This rule would have told ${told} times between ${from.toISOString()} and ${to.toISOString()}.`,
        ...reasons.map(({ reason, count }) => `${reason}: ${count}`),
        ...days.map((day) => `${day.day}: ${day.told}`),
        ...newest.map((message) => `${message.at}  ${message.text}`),
      ],
    )
    return true
  },
})

const test = storeCommand({
  name: 'alert test',
  summary: 'send a test message to a target at once, also where it is paused',
  arguments: { target: targetArgument },
  examples: [{ call: 'alert test ops', about: 'whether it arrives, with the answer' }],
  result: z.object({
    outcome: z.string().describe('delivered, retry or refused'),
    status: z.int().nullable().describe('the status of the answer; null where there was none'),
    answer: z.string().describe('the beginning of the answer, or why there was none'),
    ms: z.int().describe('how long it took'),
  }),
  // Recorded together with the attempt.
  async run({ target }, { services, tell, signal, author }) {
    const { id } = await targetOf(services, target)
    const outcome = await services.alerts.test(author, id, signal)
    if (!outcome) throw new ConfigError('The target is gone.')
    const { kind, status, answer, ms } = outcome
    tell(
      { outcome: kind, status, answer, ms: Math.round(ms) },
      `${kind}: ${status ?? 'no answer'} after ${Math.round(ms)} ms  ${answer}`,
    )
    return kind === 'delivered'
  },
})

const replay = storeCommand({
  name: 'alert replay',
  summary: 'have deliveries that ended tried again, under the ids that they had',
  arguments: { id: { about: 'one delivery', value: text('<id>') } },
  options: filterOptions,
  check: (given) =>
    Object.values({ ...given, json: undefined }).some((value) => value !== undefined)
      ? undefined
      : 'alert replay needs <id> or an option that says which.',
  examples: [
    { call: 'alert replay --state dead --target ops', about: 'all that was given up for one target' },
    { call: 'alert replay --since now-2h --until now-1h', about: 'everything of an hour' },
  ],
  result: z.object({ count: z.int().describe('how many are tried again') }),
  async run({ id, ...filters }, { services, tell, author }) {
    const filter = { ...(await filterOf(services, filters)), messageIds: id === undefined ? null : [id] }
    if (filters.since && filters.until && filters.since >= filters.until)
      throw new UsageError('--since must be before --until.')
    const count = await services.alerts.deliveries.replay(author, filter)
    if (id !== undefined && count === 0)
      throw new ConfigError('There is no delivery of this id that has ended: channelscope alert deliveries has them.')
    tell({ count }, `${count} deliveries are tried again.`)
    return true
  },
})

const pause = storeCommand({
  name: 'alert pause',
  summary: 'send nothing to a target until it is resumed',
  arguments: {
    target: targetArgument,
    reason: { about: 'why, which everybody sees', value: text('<reason>'), required: true },
  },
  examples: [{ call: 'alert pause ops "The receiver moves"', about: 'before something is done there' }],
  result: z.object({ waiting: z.int().describe('how many deliveries wait for it') }),
  async run({ target, reason }, { services, tell, author }) {
    const { id } = await targetOf(services, target)
    if (!isPauseReason(reason)) throw new UsageError(`<reason> must be ${pauseReasonForm}.`)
    const done = await services.alerts.targets.pause(author, id, reason.trim())
    if (done.kind !== 'saved') throw new ConfigError('The target is gone.')
    const { name, waiting, pausedReason } = done.target
    tell({ waiting }, `${name} is paused: ${pausedReason}; ${waiting} deliveries wait.`)
    return true
  },
})

const resume = storeCommand({
  name: 'alert resume',
  summary: 'send what waits for a target that is paused',
  arguments: { target: targetArgument },
  examples: [{ call: 'alert resume ops', about: 'after it was repaired' }],
  result: z.object({ waiting: z.int().describe('how many deliveries wait for it') }),
  async run({ target }, { services, tell, author }) {
    const { id } = await targetOf(services, target)
    const done = await services.alerts.targets.resume(author, id)
    if (done.kind !== 'saved') throw new ConfigError('The target is gone.')
    tell({ waiting: done.target.waiting }, `${done.target.name} is not paused; ${done.target.waiting} deliveries wait.`)
    return true
  },
})

const tail = storeCommand({
  name: 'alert tail',
  summary: 'tell alerts as they are decided, until Ctrl-C',
  options: {
    past: {
      about: 'begin with so many of the newest',
      value: matching('<number>', /^\d{1,3}$/, 'a whole number from 0 to 999'),
    },
  },
  examples: [{ call: 'alert tail --past 10', about: 'the newest ten, and then what comes' }],
  result: z.object({
    rule: z.string().nullable().describe('the id of the rule; null where it was deleted'),
    kind: z.string().describe('what happened'),
    at: z.iso.datetime().describe('when it happened'),
    text: z.string().describe('what it says'),
    message: z.unknown().describe('all that targets are told'),
  }),
  async run({ past }, { services: { publicDb, log }, signal, tell }) {
    await tailAlerts({ db: publicDb, log, signal, past: Number(past ?? 0) }, ({ ruleId, message }) => {
      const { kind, at, text: says, rule } = message
      tell({ rule: ruleId, kind, at, text: says, message }, `${at}  ${rule.name}  ${says}`)
    })
    return true
  },
})

/** Looking after alerts. */
export const alertCommands = [dryRun, test, replay, pause, resume, tail]
