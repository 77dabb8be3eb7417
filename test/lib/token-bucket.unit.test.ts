import { expect, test } from 'vitest'
import { fullBucket, takeTokens } from '../../src/lib/token-bucket.ts'

const taking = (rate: { burst: number; perMs: number }) => {
  const bucket = fullBucket(rate, 0)
  return (count: number, now: number) =>
    Array.from({ length: count }, () => takeTokens(bucket, rate, now)).filter((waitMs) => waitMs === 0).length
}

test('a bucket lets through its burst, and then as much as time gives back', () => {
  const take = taking({ burst: 10, perMs: 10 / 1_000 })
  expect(take(15, 0)).toBe(10)
  expect(take(5, 250)).toBe(2)
  expect(take(20, 10_000)).toBe(10)
})

test('a bucket admits the burst, then the rate, and saves up no more than the burst', () => {
  const take = taking({ burst: 3, perMs: 2 / 1_000 })
  expect(take(5, 0)).toBe(3)
  expect(take(5, 499)).toBe(0)
  expect(take(5, 1_000)).toBe(2)
  expect(take(10, 60_000)).toBe(3)
  expect(take(10, 0)).toBe(0)
})
