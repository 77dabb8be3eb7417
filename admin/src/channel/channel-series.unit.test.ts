import { expect, test } from 'vitest'
import {
  bandsOf,
  type ChartsOfChannel,
  chatChart,
  coverageSinceTracked,
  followsChart,
  viewersChart,
  whyNothing,
} from './channel-series.ts'

const at = (minute: number): string => new Date(Date.UTC(2026, 2, 12, 17, minute)).toISOString()
const ms = (minute: number): number => Date.parse(at(minute))

const meta = (coverage: number) => ({
  from: at(0),
  to: at(10),
  bucket: 'FIVE_MINUTES' as const,
  timezone: 'UTC',
  completeThrough: at(9),
  coverage,
})

const charts = ({ coverage = 1, messages = 0 } = {}): ChartsOfChannel => ({
  id: 'a',
  platform: 'KICK',
  slug: 'ninja',
  displayName: 'Ninja',
  airtime: { seconds: 300, broadcasts: 1 },
  viewers: {
    meta: meta(coverage),
    points: [
      { start: at(0), end: at(5), average: 10, min: 9, max: 12, samples: 5, partial: false },
      { start: at(5), end: at(10), average: null, min: null, max: null, samples: 0, partial: true },
    ],
    summary: { average: 10, peak: 12, peakAt: at(1), hoursWatched: 1, samples: 5 },
    outages: [{ from: at(5), to: at(7), reason: 'not probed' }],
  },
  chatActivity: { meta: meta(coverage), points: [{ start: at(0), end: at(5), messages, chatters: messages }] },
  follows: { meta: meta(coverage), points: [{ start: at(0), end: at(5), follows: 0 }], total: 0 },
  sessions: { nodes: [] },
  ends: { nodes: [] },
})

test('samples that came since stand at the end of the viewers, and no earlier ones', () => {
  const samples = [
    { at: ms(8), viewers: 99 },
    { at: ms(11), viewers: 20 },
    { at: ms(12), viewers: null },
  ]
  const chart = viewersChart(charts(), samples, [])
  expect(chart.times).toEqual([ms(0), ms(5), ms(11), ms(12)])
  expect(chart.series.map(({ name, values }) => [name, values])).toEqual([
    ['5-min average', [10, null, 20, null]],
    ['Peak', [12, null, 20, null]],
  ])
  expect(chart.span).toEqual({ from: ms(0), to: ms(12) })
  expect(chart.holes).toMatchObject([{ from: ms(5), to: ms(7) }])
})

test('a peak is shown beside the average where several probes are in a bucket', () => {
  const made = charts()
  const at = (hour: number) => new Date(Date.UTC(2026, 2, 12, hour)).toISOString()
  const point = { start: at(17), end: at(18), average: 10.2, min: 9, max: 12, samples: 60, partial: false }
  const shown = (max: number) =>
    viewersChart({ ...made, viewers: { ...made.viewers, points: [{ ...point, max }] } }, [], []).series.map(
      ({ name, values }) => [name, values],
    )
  expect(shown(12)).toEqual([
    ['5-min average', [10.2]],
    ['Peak', [12]],
  ])
  expect(shown(10)).toEqual([['Viewers', [10.2]]])
})

test('zero is said where the platform was to deliver, or delivered something', () => {
  expect(chatChart(charts({ coverage: 1 }), 0).series[0]!.values).toEqual([0])
  expect(chatChart(charts({ coverage: 0, messages: 3 }), 0).series[0]!.values).toEqual([3])
  expect(followsChart(charts({ coverage: 1 }), 0).series[0]!.values).toEqual([0])
})

test('nothing is known where it was not', () => {
  expect(chatChart(charts({ coverage: 0 }), 0).series.map(({ values }) => values)).toEqual([[null], [null]])
  expect(followsChart(charts({ coverage: 0 }), 0).series[0]!.values).toEqual([null])
})

test('nothing is known of chat from before the channel was watched', () => {
  const made = charts()
  const outages = [{ from: at(0), to: at(5), reason: 'not tracked yet' }]
  const points = [
    { start: at(0), end: at(5), messages: 0, chatters: 0 },
    { start: at(5), end: at(10), messages: 0, chatters: 0 },
  ]
  const chart = chatChart(
    { ...made, viewers: { ...made.viewers, outages }, chatActivity: { meta: meta(0.5), points } },
    0,
  )
  expect(chart.series[0]!.values).toEqual([null, 0])
  expect(chart.holes).toMatchObject([{ from: ms(0), to: ms(5) }])
})

test('a range in which nobody watched is not said to be without viewers', () => {
  const of = (coverage: number, to: number | null) => ({
    meta: meta(coverage),
    outages: to === null ? [] : [{ from: at(-5), to: at(to), reason: 'not tracked yet' }],
  })
  expect(whyNothing(of(0, 10))).toBe('The channel was not tracked yet.')
  expect(whyNothing(of(0, 5))).toMatch(/was not probed/)
  expect(whyNothing(of(0.5, 5))).toBeNull()
  expect(coverageSinceTracked(of(0.48, 5))).toEqual({ share: 0.96, since: at(5) })
  expect([of(0, 10), of(1, null)].map(coverageSinceTracked)).toEqual([null, null])
})

test('chapters are bands up to now, and a broadcast without any is one', () => {
  const session = {
    id: 's',
    startedAt: at(0),
    endedAt: null,
    title: 'Last',
    category: null,
    chapters: [],
    provenance: { end: null },
  }
  const chapters = [
    { from: at(0), until: at(4), title: 'First', category: 'Chess' },
    { from: at(4), until: null, title: null, category: null },
  ]
  expect(
    bandsOf(
      [
        { ...session, chapters },
        { ...session, endedAt: at(3) },
      ],
      ms(9),
    ),
  ).toEqual([
    { from: ms(0), to: ms(4), label: 'First · Chess' },
    { from: ms(4), to: ms(9), label: 'No title' },
    { from: ms(0), to: ms(3), label: 'Last' },
  ])
})
