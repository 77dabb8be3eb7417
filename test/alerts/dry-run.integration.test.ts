import fc from 'fast-check'
import { expect, test } from 'vitest'
import { dryRun } from '../../src/alerts/dry-run.ts'
import type { Message } from '../../src/alerts/message.ts'
import { readEnabledRules } from '../../src/alerts/rule-store.ts'
import { runDecisions } from '../../src/alerts/run-decisions.ts'
import { makeRule } from '../support/alerts/alert-rows.ts'
import { anyEntry, anyRule, appendEntries } from '../support/alerts/log-entries.ts'
import { insertTestChannels } from '../support/live/live-changes.ts'
import { createTestDatabase } from '../support/stores/postgres.ts'
import { sidesOf } from '../support/stores/split-postgres.ts'
import { statement } from '../support/stores/statement.ts'

const pageUrl = (platform: string, slug: string) => `https://${platform}.test/${slug}`
const toldBy = statement('test_told_by', 'SELECT message FROM public.alert WHERE rule_id = $1 ORDER BY id')
const forgetRules = statement('test_forget_rules', 'DELETE FROM public.alert_rule')

const nameOf = ({ kind, at, channel, facts }: Message): string =>
  JSON.stringify([kind, at, channel?.slug, facts.title, facts.job, facts.category, facts.viewers, facts.score])

const dayMs = 86_400_000

test('a rule tells the same live, in whatever pages, and in a dry run over the same happenings', async () => {
  await using database = await createTestDatabase()
  const { db } = database
  const databases = sidesOf(db)
  const channels = await insertTestChannels(db, 3)
  const ids = channels.map(({ id }) => id)
  let begin = Date.UTC(2026, 0, 1)
  let told = 0
  const decideAll = async (pageSize: number) => {
    while ((await runDecisions({ databases, epoch: 'test', pageUrl, pageSize })).again);
  }
  await decideAll(100)
  const batches = fc.array(fc.array(anyEntry, { minLength: 1, maxLength: 25 }), { minLength: 1, maxLength: 3 })
  const pageSizes = fc.infiniteStream(fc.integer({ min: 1, max: 40 }))
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyRule, { minLength: 1, maxLength: 4 }),
      batches,
      pageSizes,
      async (rules, all, sizes) => {
        begin += 20 * dayMs
        await db.query(forgetRules)
        for (const { channels: numbers, quiet, windowSeconds, ...rest } of rules)
          await makeRule(db, {
            ...rest,
            ...(numbers && { channelIds: numbers.map((n) => ids[n]!) }),
            ...(quiet && { quiet }),
            ...(windowSeconds && { windowSeconds }),
            since: new Date(0),
          })
        for (const entries of all) {
          await appendEntries(db, ids, begin, entries)
          await decideAll(sizes.next().value!)
        }
        for (const rule of await readEnabledRules(databases.public)) {
          const live = (await db.query<{ message: Message }>(toldBy, [rule.id])).map(({ message }) => nameOf(message))
          const range = { from: new Date(begin - dayMs), to: new Date(begin + 10 * dayMs) }
          const dry = await dryRun({ databases, rule, ...range, samples: 1_000, pageUrl })
          expect(dry.newest.map(nameOf).sort()).toEqual(live.sort())
          expect(dry.told).toBe(live.length)
          expect(dry.days.reduce((sum, day) => sum + day.told, 0)).toBe(live.length)
          told += live.length
        }
      },
    ),
    { numRuns: 40 },
  )
  // Chance decides how much: usually some hundreds.
  expect(told).toBeGreaterThan(20)
})
