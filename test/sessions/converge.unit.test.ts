import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { StatusObservation } from '../../src/sessions/status-observation.ts'
import { cases } from '../support/lib/cases.ts'
import { daysToldTwice } from '../support/sessions/status-days.ts'
import { createStatusModel } from '../support/sessions/status-model.ts'
import { plainDay } from '../support/sessions/status-plain.ts'

const orders = daysToldTwice(1n)

const lived = (told: readonly StatusObservation[]) => {
  const model = createStatusModel()
  for (const seen of told) model.observe(seen)
  const sessions = [...model.sessions.values()].toSorted((a, b) => +a.startedAt - +b.startedAt)
  return { model, sessions }
}

const summary = (told: readonly StatusObservation[]) => {
  const { model, sessions } = lived(told)
  return {
    status: model.status,
    looks: model.looks,
    since: sessions.length > 0 ? model.since : null,
    sessions: sessions.map(({ startedAt, startSource, endedAt, endSource, title }) => ({
      startedAt,
      startSource,
      endedAt,
      endSource,
      title,
    })),
    // A session that was taken for over and went on is told so in some orders only: what counts is what was told last.
    told: Object.fromEntries(model.events.map(({ type, sessionStartedAt }) => [sessionStartedAt.toISOString(), type])),
  }
}

test('a day told in any order and with repetitions ends in the same sessions, events and status', () => {
  fc.assert(
    fc.property(orders, ([told, shuffled]) => {
      expect(summary(shuffled)).toEqual(summary(told))
    }),
    { numRuns: cases(170) },
  )
})

test('a day told in any order ends in what all of it says together', () => {
  fc.assert(
    fc.property(orders, ([told, shuffled]) => {
      const { model, sessions } = lived(shuffled)
      const found = sessions.map(({ startedAt, startSource, endedAt, endSource }) => ({
        from: +startedAt,
        begun: startSource,
        to: endedAt && +endedAt,
        by: endSource,
      }))
      const since = found.length > 0 ? +model.since! : null
      expect({ status: model.status, since, sessions: found }).toEqual(plainDay(told))
    }),
    { numRuns: cases(170) },
  )
})

test('however a day is told: one open session at most, no overlap, every session told, and events that agree with the status', () => {
  fc.assert(
    fc.property(orders, ([, shuffled]) => {
      const { model, sessions } = lived(shuffled)
      expect(sessions.filter(({ endedAt }) => endedAt === null)).toHaveLength(model.status === 'online' ? 1 : 0)
      for (const [i, { startedAt, endedAt }] of sessions.entries()) {
        if (endedAt) expect(+endedAt).toBeGreaterThanOrEqual(+startedAt)
        const next = sessions[i + 1]
        if (next) expect(+endedAt!).toBeLessThanOrEqual(+next.startedAt)
        const types = model.events.filter((one) => +one.sessionStartedAt === +startedAt).map(({ type }) => type)
        expect([types[0], types.at(-1)]).toEqual(['stream_start', endedAt ? 'stream_end' : 'stream_start'])
        // A session that was taken for over and went on is told so, by turns.
        for (const [turn, type] of types.entries()) expect(type).toBe(turn % 2 === 0 ? 'stream_start' : 'stream_end')
      }
      let status = model.events[0]?.previousStatus ?? 'unknown'
      let newest = Number.NEGATIVE_INFINITY
      for (const { type, previousStatus, newStatus, sessionStartedAt } of model.events) {
        expect(previousStatus).toBe(status)
        const isLearnedOfLate = +sessionStartedAt < newest
        expect(newStatus).toBe(isLearnedOfLate ? previousStatus : type === 'stream_start' ? 'online' : 'offline')
        if (!isLearnedOfLate) expect(newStatus).not.toBe(previousStatus)
        status = newStatus
        newest = Math.max(newest, +sessionStartedAt)
      }
      if (status !== 'unknown') expect(status).toBe(model.status)
    }),
    { numRuns: cases(170) },
  )
})
