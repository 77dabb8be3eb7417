import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { day, hour, rangeOf, start, watched } from '../support/http/history-api.ts'
import { startTotalsApi } from '../support/http/totals-api.ts'
import { cases } from '../support/lib/cases.ts'
import { insertSaid } from '../support/telemetry/chat-rows.ts'
import { insertFollows } from '../support/telemetry/follow-rows.ts'
import { probedBatches } from '../support/telemetry/ranking-model.ts'
import { expectedTotals } from '../support/telemetry/totals-model.ts'

let totals: Awaited<ReturnType<typeof startTotalsApi>>

beforeAll(async () => {
  totals = await startTotalsApi()
})
afterAll(() => totals[Symbol.asyncDispose]())

const seconds = (instant: string): number => Date.parse(instant) / 1000

/** Equal but for the last bits: the order of the additions is not the model's. */
const close = (value: number | null) => (value === null ? null : expect.closeTo(value, 6))

describe('totals', () => {
  // Each run has its time, before that of other tests.
  let window = start

  test('are those of a plain model in every bucket and zone, however the rows came', async () => {
    const edge = fc.oneof(
      fc.integer({ min: -6 * 3_600, max: 30 * 3_600 }),
      fc.integer({ min: -6, max: 30 }).map((hours) => hours * 3_600),
      fc.integer({ min: -1, max: 2 }).map((days) => days * 86_400 - 20 * 3_600),
    )
    const long = fc
      .tuple(edge, edge)
      .map(([a, b]) => ({ from: Math.min(a, b), to: Math.max(a, b) }))
      .filter(({ from, to }) => from < to)
    const short = fc.integer({ min: 0, max: 2 * 3_600 }).map((from) => ({ from, to: from + 2 * 3_600 }))
    const zone = fc.constantFrom('UTC', 'America/New_York', 'Asia/Kathmandu', 'Australia/Lord_Howe')
    await fc.assert(
      fc.asyncProperty(fc.nat(), long, short, zone, async (seedOfProbes, long, short, timezone) => {
        window -= 3 * day
        const evening = (window + 20 * hour) / 1000
        const channels = [
          await totals.newChannel(),
          await totals.newChannel({ platform: 'twitch' }),
          await totals.newChannel(),
        ]
        const [made] = fc.sample(probedBatches(channels, evening), { seed: seedOfProbes, numRuns: 1 })
        for (const [index, batch] of made!.batches.entries())
          for (let time = 0; time < batch.times; time++)
            await totals.insertProbes(batch.probes, `totals-${channels[0]!.id}-${index}`)
        const said = made!.probes.filter(({ viewers }) => viewers != null).slice(0, 50)
        await insertSaid(
          totals.store,
          said.map(({ at }, index) => ({ channel: channels[index % 3]!.id, at })),
        )
        for (const [index, { id }] of channels.entries())
          await insertFollows(
            totals.db,
            id,
            said.filter((_, n) => n % 3 === index).map(({ at }) => at * 1000),
          )
        const filter = { slugs: channels.map(({ slug }) => slug) }
        const questions = [
          ...['FIFTEEN_MINUTES', 'HOUR', 'SIX_HOURS', 'DAY', 'MONTH'].map((bucket) => ({ bucket, ...long })),
          ...['MINUTE', 'FIVE_MINUTES'].map((bucket) => ({ bucket, ...short })),
        ]
        for (const { bucket, ...within } of questions) {
          const range = { from: evening + within.from, to: evening + within.to }
          const variables = { range: rangeOf(range.from * 1000, range.to * 1000), bucket, timezone, filter }
          const { points } = await totals.totalsOf(variables)
          const expected = points.map((point) => {
            const [from, to] = [seconds(point.start), seconds(point.end)]
            const probed = expectedTotals(made!.probes, range, { from, to })
            const count = said.filter(
              ({ at }) => at >= Math.max(from, range.from) && at < Math.min(to, range.to),
            ).length
            return {
              liveChannels: close(probed.liveChannels),
              viewers: close(probed.viewers),
              observedChannels: close(probed.observedChannels),
              messages: count,
              follows: count,
              // Channels are probed each minute: the last one may lie in the time of the probes after the range.
              partial: from < range.from || to > range.to || from >= range.to - 60,
            }
          })
          expect(points.map(({ start: _, end: __, ...values }) => values)).toEqual(expected)

          // A probe that saw another category was made, and saw nothing of what is asked for.
          const seen = made!.probes.map((probe) =>
            probe.category?.toLowerCase() === 'chess' ? probe : { ...probe, viewers: null, startedAt: undefined },
          )
          const ofChess = await totals.viewersOf({ ...variables, filter: { ...filter, category: 'Chess' } })
          expect(ofChess).toEqual(
            points.map(({ start, end }) => {
              const probed = expectedTotals(seen, range, { from: seconds(start), to: seconds(end) })
              return { liveChannels: close(probed.liveChannels), viewers: close(probed.viewers) }
            }),
          )
        }
      }),
      { numRuns: cases(3) },
    )
  }, 240_000)

  test('of one channel are its own in every bucket that is finer than the time between its probes', async () => {
    const from = start + hour
    const channel = await totals.newChannel()
    const probes = watched(channel, from, Array<number>(60).fill(36)).map((probe, index) => ({
      ...probe,
      at: from / 1000 + 30 + index * 120,
      elapsed: 120,
      interval: 120,
    }))
    await totals.insertProbes(probes)
    for (const bucket of ['MINUTE', 'FIVE_MINUTES', 'FIFTEEN_MINUTES', 'AUTO', 'HOUR']) {
      const { points } = await totals.totalsOf({
        range: rangeOf(from, from + 2 * hour),
        bucket,
        filter: { slugs: [channel.slug] },
      })
      const inner = points.slice(0, -1).filter(({ end }) => Date.parse(end) <= from + 118 * 60_000)
      expect(inner.length).toBeGreaterThan(0)
      for (const { viewers, liveChannels, observedChannels } of inner)
        expect({ viewers, liveChannels, observedChannels }).toEqual({
          viewers: 36,
          liveChannels: 1,
          observedChannels: 1,
        })
    }
  })
})
