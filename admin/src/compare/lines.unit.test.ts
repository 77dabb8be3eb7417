import { expect, test } from 'vitest'
import type { ComparePageQuery } from '../../generated/graphql.ts'
import { asked, byClock, byStart, compared, holesOfLines, nameOf, outagesOf } from './lines.ts'
import { readCompareSearch, readSeconds } from './search.ts'

type Node = NonNullable<ComparePageQuery['bySlug']>['nodes'][number]

const minute = 60_000
const at = (minutes: number): string => new Date(minutes * minute).toISOString()

const channel = (id: string, slug: string | null, more: object = {}): Node =>
  ({
    __typename: 'Channel',
    id,
    platform: 'KICK',
    slug,
    displayName: null,
    slugHistory: [],
    ...more,
  }) as unknown as Node

/** As the link names it once. */
const row = (handle: string, found: Node | null) => ({ handle, handles: [handle], channel: found })

const answer = (nodes: Node[], byId: Node[] = []) => ({ bySlug: { nodes }, byId }) as unknown as ComparePageQuery

test('a link names up to six different channels by platform and slug', () => {
  const names = ['kick/a', 'kick/a', 'nonsense', 'a/b/c', ...Array.from({ length: 9 }, (_, i) => `kick/n${i}`)]
  expect(readCompareSearch({ c: names }).c).toEqual(['kick/a', 'kick/n0', 'kick/n1', 'kick/n2', 'kick/n3', 'kick/n4'])
  expect(asked(['kick/a', 'twitch/b', 'kick/id:Q2g6MQ'])).toEqual({
    slugs: ['a', 'b'],
    withSlugs: true,
    ids: ['Q2g6MQ'],
  })
  expect(asked(['kick/id:Q2g6MQ'])).toEqual({ slugs: [], withSlugs: false, ids: ['Q2g6MQ'] })
})

test('channels come in the order of the link, by the slug that they have, else had', () => {
  const renamed = channel('1', 'new', { slugHistory: [{ slug: 'new' }, { slug: 'old' }] })
  const holder = channel('2', 'taken')
  const loser = channel('3', null, { slugHistory: [{ slug: 'taken' }] })
  const rows = compared(
    ['kick/old', 'kick/Taken', 'twitch/taken', 'kick/id:3', 'kick/nobody'],
    answer([loser, holder, renamed], [loser]),
  )
  expect(rows.map((row) => row.channel?.id ?? null)).toEqual(['1', '2', null, '3', null])
})

test('a channel that the link names in several ways is there once, and is removed with all of them', () => {
  expect(readCompareSearch({ c: ['kick/Ninja', 'KICK/ninja', 'kick/other'] }).c).toHaveLength(2)
  const ninja = channel('1', 'ninja', { slugHistory: [{ slug: 'ninja' }, { slug: 'old' }] })
  const handles = ['kick/ninja', 'kick/id:1', 'kick/old', 'kick/nobody']
  expect(compared(handles, answer([ninja], [ninja]))).toEqual([
    { handle: 'kick/ninja', handles: ['kick/ninja', 'kick/id:1', 'kick/old'], channel: ninja },
    { handle: 'kick/nobody', handles: ['kick/nobody'], channel: null },
  ])
})

test('the holes of each line are told by its name, those of the previous period where it is drawn', () => {
  const outage = (from: number) => ({ from: at(from), to: at(from + 1), reason: 'lost' })
  const series = (from: number, average: number | null = 5) => ({
    meta: { from: at(from), to: at(from + 60) },
    points: [{ start: at(from), average }],
    outages: [outage(from + 5)],
  })
  const rows = [row('kick/a', channel('1', 'a', { viewers: series(60), before: series(0) }))]
  const asked = outagesOf(rows, false, 60 * minute)
  const holes = holesOfLines(
    asked,
    asked.map(({ outages }) => outages!),
  )
  expect(holes.map(({ from, to, of }) => [from, to, of])).toEqual([
    [65 * minute, 66 * minute, 'a'],
    [65 * minute, 66 * minute, 'a, previous period'],
  ])
  const unknown = row('kick/a', channel('1', 'a', { viewers: series(60), before: series(0, null) }))
  expect(outagesOf([unknown], false, 60 * minute).map(({ of }) => of)).toEqual(['a'])
  expect(byClock([unknown], 60 * minute).series.map(({ name }) => name)).toEqual(['a'])
  const broadcast = { startedAt: at(10), endedAt: at(20), timeline: { meta: {}, points: [] } }
  const [latest] = outagesOf([row('kick/b', channel('2', 'b', { sessions: { nodes: [broadcast] } }))], true, 0)
  expect(latest).toMatchObject({ from: at(10), to: at(20), outages: null })
  expect(holesOfLines([latest!], [[outage(12)]])[0]).toMatchObject({ from: 2 * minute, to: 3 * minute, of: 'b' })
})

test('by the clock, the previous period lies on the same axis', () => {
  const series = (start: number, value: number) => ({ points: [{ start: at(start), average: value }] })
  const one = row('kick/a', channel('1', 'a', { viewers: series(60, 5), before: series(0, 3) }))
  expect(byClock([one], 60 * minute)).toMatchObject({
    times: [60 * minute],
    series: [
      { name: 'a', values: [5], dashed: false },
      { name: 'a, previous period', values: [3], dashed: true },
    ],
  })
})

test('by the start, broadcasts of different times lie on one grid', () => {
  const session = (startedAt: number, starts: number[]) => ({
    sessions: {
      nodes: [
        {
          startedAt: at(startedAt),
          timeline: { points: starts.map((start) => ({ start: at(start), viewers: start })) },
        },
      ],
    },
  })
  const { times, series, span } = byStart([
    row('kick/a', channel('1', 'a', session(7, [5, 10, 15]))),
    row('kick/b', channel('2', 'b', session(100, [100, 105]))),
    row('kick/c', null),
  ])
  expect(times).toEqual([0, 5 * minute, 10 * minute])
  expect(series.map(({ values }) => values)).toEqual([
    [5, 10, 15],
    [100, 105, null],
  ])
  expect(span).toEqual({ from: 0, to: 15 * minute })
})

test('a broadcast in longer buckets stands beside one in shorter ones', () => {
  const session = (starts: number[]) => ({
    sessions: {
      nodes: [
        { startedAt: at(0), timeline: { points: starts.map((start) => ({ start: at(start), viewers: start })) } },
      ],
    },
  })
  const { series } = byStart([
    row('kick/a', channel('1', 'a', session([0, 5, 10, 15]))),
    row('kick/b', channel('2', 'b', session([0, 15, 30]))),
  ])
  expect(series.map(({ values }) => values)).toEqual([
    [0, 5, 10, 15, null],
    [0, 0, 0, 15, 30],
  ])
})

test('two channels with the same name are called as the link calls them', () => {
  const rows = [row('kick/a', channel('1', 'a')), row('twitch/a', channel('2', 'a')), row('kick/b', null)]
  expect(rows.map((row) => nameOf(row, rows))).toEqual(['kick/a', 'twitch/a', 'kick/b'])
})

test('a zoom is a stretch of seconds', () => {
  expect(readSeconds('600-3600')).toEqual({ from: 600_000, to: 3_600_000 })
  expect(['', 'x', '5-5', '9-1', undefined].map(readSeconds)).toEqual([null, null, null, null, null])
})
