import fc from 'fast-check'
import { expect, test } from 'vitest'
import { defaultBatchLimits } from '../../src/ingest/batch-limits.ts'
import type { Batch, BatchSink } from '../../src/ingest/batch-sink.ts'
import { startShipper } from '../../src/ingest/shipper.ts'
import { openSpool } from '../../src/ingest/spool.ts'
import { silentLog } from '../../src/lib/log.ts'
import { temporaryDirectory } from '../support/stores/temporary-directory.ts'

type Answer = 'stored' | 'refused' | 'lost'

/** What ClickHouse is to a shipper: it stores the rows of a token once, and blames rows that it cannot read. */
const modelSink = (answers: Iterator<Answer>, isPoison: (row: string) => boolean) => {
  const seen = new Map<string, string>()
  const stored: Record<string, string[]> = {}
  const sink: BatchSink = {
    insertBatch: async ({ table, token, body, rows: count }: Batch) => {
      const text = body.toString()
      const rows = text.split('\n').slice(0, -1)
      expect(rows.length).toBe(count)
      const answer = answers.next().value ?? 'stored'
      if (answer === 'refused') throw Object.assign(new Error('refused'), { retriable: true })
      if (rows.some(isPoison)) throw Object.assign(new Error('cannot parse'), { retriable: false })
      const before = seen.get(`${table} ${token}`)
      if (before === undefined) stored[table] = [...(stored[table] ?? []), ...rows]
      else expect(text).toBe(before)
      seen.set(`${table} ${token}`, text)
      if (answer === 'lost') throw new Error('answer lost')
    },
  }
  return { sink, stored }
}

const append = fc.record({
  table: fc.constantFrom('a', 'b'),
  columns: fc.constantFrom(['n'], ['n', 'm']),
  poison: fc.array(fc.constantFrom(false, false, false, false, true), { minLength: 1, maxLength: 12 }),
})

/** Each inner list is what one process appends, before the spool is closed with whatever is still on its way. */
const lives = fc.array(fc.array(append, { maxLength: 6 }), { minLength: 1, maxLength: 3 })
const answers = fc.array(fc.constantFrom<Answer>('stored', 'refused', 'lost'), { maxLength: 60 })
const limits = fc.record({ maxRows: fc.integer({ min: 1, max: 12 }), maxBytes: fc.integer({ min: 8, max: 120 }) })

test('whatever fails and whenever it restarts, every good row is stored once in order and every bad row is a dead letter once', async () => {
  await fc.assert(
    fc.asyncProperty(lives, answers, limits, async (lives, answers, limits) => {
      await using directory = await temporaryDirectory('ingest-model')
      const { sink, stored } = modelSink(answers.values(), (row) => row.includes('poison'))
      const expected: Record<string, string[]> = { a: [], b: [] }
      const poisoned: string[] = []
      let number = 0
      for (const [life, appends] of lives.entries()) {
        await using spool = await openSpool({
          directory: directory.path,
          maxBytes: 1e6,
          log: silentLog,
          clock: () => 0,
          limits: { ...defaultBatchLimits, ...limits, maxDelayMs: 0 },
        })
        const backoff = { baseMs: 0, maxMs: 0 }
        await using shipper = startShipper({ spool, sink, log: silentLog, clock: () => 0, backoff })
        for (const { table, columns, poison } of appends) {
          const rows = poison.map((bad) => `[${number++},"${bad ? 'poison' : 'good'}"]`)
          poisoned.push(...rows.filter((row) => row.includes('poison')))
          expected[table]!.push(...rows.filter((row) => row.includes('good')))
          await spool.append({ table, columns }, rows)
        }
        if (life < lives.length - 1) continue
        expect(await shipper.flush(60_000)).toBe(true)
        const letters = await spool.deadLetters({ after: 0, limit: 1_000 })
        expect(letters.map(({ row }) => row).toSorted()).toEqual(poisoned.toSorted())
        expect(spool.stats().deadLetters).toBe(poisoned.length)
        expect(spool.stats().bytes).toBe(poisoned.reduce((sum, row) => sum + row.length + 1, 0))
      }
      expect({ a: [], b: [], ...stored }).toEqual(expected)
    }),
    { numRuns: 30 },
  )
}, 240_000)
