import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { chapterAt, chaptersOf, type DetailStatement, latestDetails, saidOf } from '../../src/sessions/chapters.ts'
import type { StatusObservation } from '../../src/sessions/status-observation.ts'
import { cases } from '../support/lib/cases.ts'
import { received } from '../support/sessions/received.ts'
import { at, channelId } from '../support/sessions/status-decisions.ts'
import { createStatusModel } from '../support/sessions/status-model.ts'

const open = { startedAt: at(0), endedAt: null, nextStartedAt: null }
const over = { ...open, endedAt: at(1_000) }

const said = (seconds: number, details: object, source: 'poll' | 'webhook' = 'poll'): DetailStatement => ({
  startedAt: at(0),
  saidAt: at(seconds),
  source,
  ...details,
})

describe('chapters of a broadcast', () => {
  test('begin where another value is said, carry on what is not said, and last until the next one or the end', () => {
    const statements = [said(30, { title: 'A', category: 'Chess' }), said(400, { title: 'B' }, 'webhook')]
    expect(chaptersOf(statements, over)).toMatchObject([
      { from: at(0), until: at(400), title: 'A', category: 'Chess', language: null, source: 'poll' },
      { from: at(400), until: at(1_000), title: 'B', category: 'Chess', language: null, source: 'webhook' },
    ])
    expect(chaptersOf(statements, open).at(-1)).toMatchObject({ until: null })
  })

  test('what is first said of a field counts from the start, and what says the same begins none', () => {
    const statements = [
      said(2, { title: 'A' }, 'webhook'),
      said(30, { title: 'A', category: 'Chess', isMature: false }),
    ]
    expect(chaptersOf(statements, over)).toMatchObject([
      { from: at(0), until: at(1_000), title: 'A', category: 'Chess', isMature: false, source: 'webhook' },
    ])
  })

  test('a statement without a start is about the broadcast that was on', () => {
    const loose = { ...said(500, { title: 'B' }), startedAt: null }
    expect(chaptersOf([said(30, { title: 'A' }), loose], over)).toHaveLength(2)
    expect(chaptersOf([said(30, { title: 'A' }), { ...loose, saidAt: at(1_001) }], over)).toHaveLength(1)
    expect(chaptersOf([loose], { startedAt: at(0), endedAt: null, nextStartedAt: at(500) })).toEqual([])
  })

  test('what was said before the start or after the end counts as said then', () => {
    const statements = [said(-5, { title: 'A' }), said(0, { title: 'B' }), said(1_010, { title: 'C' })]
    expect(chaptersOf(statements, over)).toMatchObject([
      { from: at(0), until: at(1_000), title: 'B' },
      { from: at(1_000), until: at(1_000), title: 'C' },
    ])
  })

  test('are found by an instant inside of the broadcast only', () => {
    const chapters = chaptersOf([said(30, { title: 'A' }), said(400, { title: 'B' })], over)
    const titleAt = (seconds: number) => chapterAt(chapters, at(seconds))?.title
    expect([-1, 0, 399, 400, 1_000, 1_001].map(titleAt)).toEqual([undefined, 'A', 'A', 'B', 'B', undefined])
  })
})

const details = fc.record(
  {
    title: fc.constantFrom('A', 'B', 'C'),
    category: fc.constantFrom('Chess', 'Poker'),
    language: fc.constantFrom('en', 'fr'),
    isMature: fc.boolean(),
  },
  { requiredKeys: [] },
)

/** What polls and deliveries told of a broadcast that goes on; it names its start in some deliveries only. */
const observations = fc.array(
  fc
    .tuple(fc.constantFrom('poll', 'start', 'metadata'), fc.integer({ min: 0, max: 40 }), details)
    .map(([what, step, said]): StatusObservation => {
      const common = { channelId, at: at(step * 30), ...received(at(step * 30)), details: said }
      if (what === 'poll') return { ...common, kind: 'live', source: 'poll', startedAt: at(0) }
      if (what === 'start') return { ...common, kind: 'live', source: 'webhook', startedAt: at(0) }
      return { ...common, kind: 'details', source: 'webhook' }
    }),
  { minLength: 1, maxLength: 25 },
)

const statementOf = (seen: StatusObservation): DetailStatement[] => {
  if (seen.kind !== 'live' && seen.kind !== 'details') return []
  const told = saidOf(seen.details)
  if (Object.keys(told).length === 0) return []
  return [{ startedAt: seen.kind === 'live' ? seen.startedAt : null, saidAt: seen.at, source: seen.source, ...told }]
}

/** What completing adds, as ClickHouse finds it: of the polls in order the first of each run, and those before which a delivery came. */
const completion = (all: readonly DetailStatement[]): DetailStatement[] => {
  const polls = all.filter(({ source }) => source === 'poll').toSorted((a, b) => +a.saidAt - +b.saidAt)
  const deliveries = all.filter(({ source }) => source !== 'poll')
  return polls.filter((poll, index) => {
    const before = polls[index - 1]
    if (!before || JSON.stringify(saidOf(before)) !== JSON.stringify(saidOf(poll))) return true
    return deliveries.some(({ saidAt }) => saidAt >= before.saidAt && saidAt <= poll.saidAt)
  })
}

const live = (log: readonly StatusObservation[]): boolean => log.some(({ kind }) => kind === 'live')

test('polls and deliveries in any order and number end in the same chapters, once the log is completed', () => {
  fc.assert(
    fc.property(
      observations
        .filter(live)
        .chain((told) =>
          fc.tuple(fc.constant(told), fc.shuffledSubarray([...told, ...told], { minLength: told.length * 2 })),
        ),
      ([told, shuffled]) => {
        const model = createStatusModel()
        for (const seen of shuffled) model.observe(seen)
        const all = told.flatMap(statementOf)
        expect(chaptersOf([...model.statements, ...completion(all)], open)).toEqual(chaptersOf(all, open))
        for (const { saidAt, source, startedAt: _, ...kept } of model.statements)
          for (const [field, value] of Object.entries(kept))
            expect(all).toContainEqual(expect.objectContaining({ saidAt, source, [field]: value }))
      },
    ),
    { numRuns: cases(400) },
  )
})

test('what a session shows is its last chapter, in any order and before the log is completed', () => {
  fc.assert(
    fc.property(observations.filter(live), (told) => {
      const model = createStatusModel()
      for (const seen of told) model.observe(seen)
      const [session] = model.sessions.values()
      const { title = null, category = null, language = null, isMature = null } = session!
      const shown = { title, category, language, isMature }
      const chapters = chaptersOf(model.statements, open)
      expect(shown).toMatchObject(latestDetails(model.statements, open))
      if (chapters.length > 0) expect(chapters.at(-1)).toMatchObject(shown)
    }),
    { numRuns: cases(400) },
  )
})
