import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { day, hour, now, rangeOf, start, watched } from '../support/http/history-api.ts'
import { startTotalsApi } from '../support/http/totals-api.ts'

let totals: Awaited<ReturnType<typeof startTotalsApi>>

beforeAll(async () => {
  totals = await startTotalsApi()
})
afterAll(() => totals[Symbol.asyncDispose]())

describe('the coverage of totals', () => {
  const coverageOf = async (from: number, to: number, filter: object) =>
    (await totals.totalsOf({ range: rangeOf(from, to), filter })).meta.coverage

  test('is the part of the time of the channels in which they were observed', async () => {
    const from = start + 18 * hour
    const [whole, half] = [await totals.newChannel(), await totals.newChannel()]
    const filter = { slugs: [whole.slug, half.slug] }
    await totals.insertProbes([
      ...watched(whole, from, Array<null>(70).fill(null)),
      ...watched(half, from, Array<null>(31).fill(null)),
    ])
    expect(await coverageOf(from, from + hour, { slugs: [whole.slug] })).toBe(1)
    expect(await coverageOf(from, from + hour, filter)).toBe(0.75)
    // The range ends between two probes, and the second of them stands for what is missing.
    expect(await coverageOf(from + 30_000, from + hour - 30_000, { slugs: [whole.slug] })).toBe(1)
  })

  test('ends with the last probe of a channel that is not overdue, or that is watched no more', async () => {
    const from = now - hour
    const [fresh, overdue] = [await totals.newChannel({}, now - 60_000), await totals.newChannel({}, now - hour / 2)]
    await totals.insertProbes([
      ...watched(fresh, from, Array<null>(60).fill(null)),
      ...watched(overdue, from, Array<null>(31).fill(null)),
    ])
    expect(await coverageOf(from, now, { slugs: [fresh.slug] })).toBe(1)
    expect(await coverageOf(from, now, { slugs: [overdue.slug] })).toBe(0.5)
    await totals.db.pool.query('UPDATE dm.probe_schedule SET active = false WHERE channel_id = $1', [overdue.id])
    expect(await coverageOf(from, now, { slugs: [overdue.slug] })).toBe(1)
  })
})

describe('the last points of totals', () => {
  const pointsOf = async (from: number, to: number, bucket: string, filter: object) => {
    const { meta, points } = await totals.totalsOf({ range: rangeOf(from, to), bucket, filter })
    return { completeThrough: Date.parse(meta.completeThrough), partial: points.map(({ partial }) => partial) }
  }

  test('are partial until every watched channel was probed again', async () => {
    // A probe has a whole second, and stands for the time since that of the one before.
    const channels = [await totals.newChannel({}, now - 60_000), await totals.newChannel({}, now - 89_600)]
    const filter = { slugs: channels.map(({ slug }) => slug) }
    expect(await pointsOf(now - 5 * 60_000, now, 'MINUTE', filter)).toEqual({
      completeThrough: now - 90_000,
      partial: [false, false, false, true, true],
    })
    expect(await pointsOf(now - 2 * hour, now, 'HOUR', filter)).toMatchObject({ partial: [false, true] })
  })

  test('wait for an overdue channel no longer than for the time that a probe can stand for', async () => {
    const channel = await totals.newChannel({}, now - hour)
    const asked = () => pointsOf(now - 5 * 60_000, now, 'MINUTE', { slugs: [channel.slug] })
    expect(await asked()).toEqual({ completeThrough: now - 150_000, partial: [false, false, true, true, true] })
    await totals.db.pool.query('UPDATE dm.probe_schedule SET active = false WHERE channel_id = $1', [channel.id])
    expect(await asked()).toEqual({ completeThrough: now, partial: [false, false, false, false, false] })
  })

  test('of a range in the past are partial where all their probes may come after it', async () => {
    const channel = await totals.newChannel()
    await totals.db.pool.query('UPDATE dm.probe_schedule SET interval_seconds = 120 WHERE channel_id = $1', [
      channel.id,
    ])
    const to = now - day
    const filter = { slugs: [channel.slug] }
    expect(await pointsOf(to - 5 * 60_000, to, 'MINUTE', filter)).toMatchObject({
      partial: [false, false, false, true, true],
    })
    expect(await pointsOf(to - hour, to, 'HOUR', filter)).toMatchObject({ partial: [false] })
    // Up to now it is known that nothing is missing.
    expect(await pointsOf(now - 2 * 60_000, now, 'MINUTE', filter)).toMatchObject({ partial: [false, false] })
  })
})
