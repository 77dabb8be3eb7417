import { expect, test } from 'vitest'
import type { ProbeColumns } from '../../src/telemetry/probe-columns.ts'
import { addViewers, noViewers } from '../../src/telemetry/probe-sums.ts'
import { axisOf, type Fill, fillPoints, pointsOf, summaryOf } from '../../src/telemetry/viewers.ts'

const columns = (viewers: readonly number[], at: readonly number[], seconds: readonly number[]): ProbeColumns => ({
  channel: viewers.map(() => 1),
  at,
  firstProbeAt: at,
  lastProbeAt: at,
  probes: viewers.map(() => 1),
  missed: viewers.map(() => 0),
  samples: viewers.map(() => 1),
  viewerSeconds: viewers.map((count, row) => count * seconds[row]!),
  seconds,
  low: viewers,
  peak: viewers,
  peakAt: at,
  last: viewers,
  lastAt: at,
  outages: new Map(),
})

const summed = (viewers: readonly number[], at: readonly number[], seconds: readonly number[]) => {
  const sums = noViewers(1)
  for (const row of viewers.keys()) addViewers(sums, 0, columns(viewers, at, seconds), row)
  return sums
}

test('an average weighs each sample with the time it stands for', () => {
  expect(summaryOf(summed([100, 10], [1, 2], [60, 180]))).toMatchObject({ average: 32.5, hoursWatched: 7_800 / 3_600 })
})

test('the first of equal peaks is the peak, in whatever order samples come', () => {
  for (const [viewers, at] of [
    [
      [5, 9, 9],
      [1, 2, 3],
    ],
    [
      [9, 5, 9],
      [3, 1, 2],
    ],
  ] as const) {
    expect(summaryOf(summed(viewers, at, [1, 1, 1]))).toMatchObject({ peak: 9, peakAt: new Date(2) })
  }
})

test('a sample that stands for no time still has its value', () => {
  expect(summaryOf(summed([7], [1], [0]))).toMatchObject({ average: 7, peak: 7, hoursWatched: 0, samples: 1 })
})

test('viewers beyond what an Int can carry are its largest value', () => {
  const [point] = pointsOf(axisOf([0, 60]), summed([2 ** 32 - 1], [1], [60]), () => false)
  expect(point).toMatchObject({ max: 2 ** 31 - 1, min: 2 ** 31 - 1, last: 2 ** 31 - 1, average: 2 ** 32 - 1 })
})

test.each([
  ['NULL', [null, 5, null, null]],
  ['ZERO', [0, 5, 0, null]],
  ['PREVIOUS', [null, 5, 5, null]],
] as const)('%s fills gaps and nothing that has not begun', (fill: Fill, expected) => {
  const sums = noViewers(4)
  addViewers(sums, 1, columns([5], [15], [10]), 0)
  const points = fillPoints(
    pointsOf(axisOf([0, 10, 20, 30, 40]), sums, () => false),
    fill,
    30,
  )
  for (const field of ['average', 'min', 'max', 'last'] as const)
    expect(points.map((point) => point[field])).toEqual(expected)
  expect(points.map(({ samples }) => samples)).toEqual([0, 1, 0, 0])
})
