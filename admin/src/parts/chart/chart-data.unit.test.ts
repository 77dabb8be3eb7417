import { expect, test } from 'vitest'
import {
  bridged,
  bucketAt,
  groupHoles,
  holesAt,
  indexAt,
  isEmpty,
  lonely,
  onSharedTimes,
  shadedHoles,
  within,
} from './chart-data.ts'

const hole = (from: number, to: number) => ({ from, to, explanation: `${from}` })

test('an instant is in the bucket that began last', () => {
  const times = [10, 20, 30]
  expect([9, 10, 19, 20, 99].map((at) => indexAt(times, at))).toEqual([null, 0, 0, 1, 2])
  const data = { times, span: { from: 10, to: 40 } }
  expect([9, 10, 29, 39, 41, null].map((at) => bucketAt(data, at))).toEqual([null, 0, 1, 2, null, null])
})

test('stretches are cut to what is shown', () => {
  expect(within([hole(0, 5), hole(5, 20), hole(30, 40)], { from: 5, to: 10 })).toEqual([{ ...hole(5, 10) }])
})

test('a hole begins with its first instant and ends before its last', () => {
  expect([4, 5, 9, 10].map((at) => holesAt([hole(5, 10)], at).length)).toEqual([0, 1, 1, 0])
})

test('holes that are close together are one mark', () => {
  const groups = groupHoles([hole(30, 40), hole(0, 10), hole(12, 15)], 5)
  expect(groups.map(({ from, to, holes }) => [from, to, holes.length])).toEqual([
    [0, 15, 2],
    [30, 40, 1],
  ])
})

test('a value between gaps is shown by itself', () => {
  expect(lonely([1, null, 2, null, 3, 4, null, 0])).toEqual([0, 2, 7])
})

test('a value stands for a time, but not over a hole', () => {
  const times = [0, 10, 20, 30, 40, 50]
  const values = [null, 1, null, 3, null, null]
  const of = (standsForMs: number, holes = [hole(90, 99)]) =>
    bridged({ times, holes }, { name: '', colour: 1, values, standsForMs })
  expect(of(0)).toEqual(values)
  expect(of(19)).toEqual(values)
  expect(of(20)).toEqual([null, 1, undefined, 3, null, null])
  expect(of(20, [hole(15, 18)])).toEqual(values)
  expect(lonely([null, 1, undefined, 3, null, null])).toEqual([])
})

test('what one of several lines misses shades the chart only where the line is of now, and was watched', () => {
  const line = (name: string, dashed = false) => ({ name, colour: 1, values: [], dashed })
  const of = (name: string, isBefore = false) => ({ ...hole(0, 1), of: name, isBefore })
  const holes = [of('a'), of('a', true), of('b'), hole(0, 1)]
  expect(shadedHoles({ holes, series: [line('a'), line('c'), line('b', true)] })).toEqual([holes[0], holes[3]])
  expect(shadedHoles({ holes: [of('a', true)], series: [line('a')] })).toHaveLength(1)
})

test('where nobody watched any of the lines yet, it is shaded once', () => {
  const before = (of: string, from: number, to: number) => ({ ...hole(from, to), of, isBefore: true })
  const line = (name: string, dashed = false) => ({ name, colour: 1, values: [], dashed })
  const holes = [before('a', 0, 10), before('b', 0, 5), before('b', 7, 20), before('c', 0, 99)]
  const shaded = shadedHoles({ holes, series: [line('a'), line('b'), line('c', true)] })
  expect(shaded.map(({ from, to, isBefore }) => [from, to, isBefore])).toEqual([
    [0, 5, true],
    [7, 10, true],
  ])
})

test('zeros are something, and nulls are nothing', () => {
  const of = (values: (number | null)[]) => isEmpty({ series: [{ name: '', colour: 1, values }] })
  expect([of([]), of([null, null]), of([null, 0])]).toEqual([true, true, false])
})

test('lists with different times share all of them, with gaps where one knows nothing', () => {
  expect(
    onSharedTimes([
      { times: [1, 3], values: [10, 30] },
      { times: [2, 3], values: [null, 33] },
    ]),
  ).toEqual({
    times: [1, 2, 3],
    values: [
      [10, null, 30],
      [null, null, 33],
    ],
  })
})
