import { explainOutage, type OutageFacts, type Unwatched } from '../../../src/telemetry/outage-cause.ts'
import type { Outage } from '../../../src/telemetry/outages.ts'

export const at = (time: string, day = 29): number =>
  Date.parse(`2026-11-${day}T${time.length === 5 ? `${time}:00` : time}Z`)
export const now = at('20:00')

export const outage = (from: string, to: string, reason: Outage['reason'] = 'not probed'): Outage => ({
  from: new Date(at(from)),
  to: new Date(at(to)),
  reason,
})
export const hole = outage('17:00', '17:30')
const wholeHole = { from: at('17:00'), to: at('17:30') }
export const brief = { from: at('17:10'), to: at('17:12') }

const facts = (more: Partial<OutageFacts> = {}): OutageFacts => ({
  platform: { name: 'kick', title: 'Kick' },
  now,
  of: 'probes',
  lastProbedAt: at('19:59'),
  unwatched: [],
  callsSince: 0,
  calls: { well: 0, failed: [], silence: wholeHole },
  longestPauseMs: 6 * 60_000,
  losses: [],
  backlogs: [],
  ...more,
})

export const failed = (count: number, more: Partial<OutageFacts['calls']['failed'][number]> = {}) => ({
  status: 503,
  error: 'answered 503',
  isOfChannel: false,
  count,
  ...more,
})
export const off = (from: string, to: string | null, more: Partial<Unwatched> = {}): Unwatched => ({
  from: at(from),
  to: to === null ? Number.MAX_SAFE_INTEGER : at(to),
  kind: 'channel',
  by: 'anna',
  side: 'dm',
  target: 'channel:7',
  ...more,
})

const everything = { details: true, people: true }
export const nothing = { details: false, people: false }

export const told = (known: Partial<OutageFacts>, of = hole, sees = everything) => {
  const { cause, explanation, evidence } = explainOutage(of, facts(known), sees)
  const { place, failed, target } = evidence ?? {}
  return [cause, explanation, place && [place, failed ?? target].filter((one) => one != null).join(' ')]
}
