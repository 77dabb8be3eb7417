import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Arrivals, partsOf, planParts, sameParts } from '../../src/archive/part-plan.ts'
import { manifestKey, partKey, windowAt } from '../../src/archive/window.ts'

const window = windowAt(new Date('2026-11-22T13:59:59.999Z'))
const start = window.from.getTime() / 1000

const arrivals = fc
  .uniqueArray(fc.record({ at: fc.integer({ min: 0, max: 3_599 }), rows: fc.integer({ min: 1, max: 60 }) }), {
    selector: ({ at }) => at,
    maxLength: 40,
  })
  .map((list) =>
    list
      .sort((a, b) => a.at - b.at)
      .map(({ at, rows }): Arrivals => {
        const sent = (seconds: number) => new Date((start + at - seconds) * 1000)
        return { second: sent(0), rows, hash: 2n ** 64n - BigInt(at + 1), firstSent: sent(rows), lastSent: sent(-rows) }
      }),
  )

test('an hour begins at its first second and its keys say which it is', () => {
  expect(window).toEqual({ from: new Date('2026-11-22T13:00:00Z'), to: new Date('2026-11-22T14:00:00Z') })
  expect(windowAt(window.to).from).toEqual(window.to)
  expect(partKey('dev', window, 0)).toBe('chat/v1/env=dev/2026/11/22/13/part-0001.parquet')
  expect(manifestKey('dev', window)).toBe('chat/v1/env=dev/2026/11/22/13/manifest.json')
})

test('parts follow each other without gap or overlap, and each row is in exactly one', () => {
  fc.assert(
    fc.property(arrivals, fc.integer({ min: 1, max: 100 }), (list, maxRows) => {
      const parts = partsOf(window, planParts(window, list, maxRows), list)
      expect(parts[0]!.from).toEqual(window.from)
      expect(parts.at(-1)!.to).toEqual(window.to)
      for (const [index, part] of parts.entries()) {
        if (index > 0) expect(part.from).toEqual(parts[index - 1]!.to)
        const inside = list.filter(({ second }) => second >= part.from && second < part.to)
        expect(part.rows).toBe(inside.reduce((sum, { rows }) => sum + rows, 0))
        expect(part.rows <= maxRows || inside.length === 1).toBe(true)
        expect(part.hash).toBe(
          BigInt.asUintN(
            64,
            inside.reduce((sum, { hash }) => sum + hash, 0n),
          ),
        )
        for (const { firstSent, lastSent } of inside)
          expect(firstSent >= part.firstSent && lastSent <= part.lastSent).toBe(true)
      }
      expect(parts.reduce((sum, { rows }) => sum + rows, 0)).toBe(list.reduce((sum, { rows }) => sum + rows, 0))
    }),
  )
})

test('a plan keeps its parts when rows are gone, and says that they are others', () => {
  const [one, two] = [0, 10].map((at) => ({
    second: new Date((start + at) * 1000),
    rows: 5,
    hash: 7n,
    firstSent: window.from,
    lastSent: window.to,
  })) as [Arrivals, Arrivals]
  const plan = planParts(window, [one, two], 5)
  const before = partsOf(window, plan, [one, two])
  const after = partsOf(window, plan, [two])
  expect(after.map(({ rows }) => rows)).toEqual([0, 5])
  expect(sameParts(before, partsOf(window, plan, [one, two]))).toBe(true)
  expect(sameParts(before, after)).toBe(false)
  expect(sameParts(before, partsOf(window, plan, [{ ...one, hash: 8n }, two]))).toBe(false)
})
