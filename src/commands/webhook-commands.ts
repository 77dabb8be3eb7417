import { z } from 'zod'
import { ConfigError, UsageError } from '../lib/errors.ts'
import { countWebhooks, type WebhookCounts } from '../resolvers/webhook-statistics.ts'
import { largestMaxPoints, planBuckets } from '../telemetry/buckets.ts'
import { testSteps } from '../webhooks/test-connection.ts'
import { findChannel, handleArgument, nameOf, platformOf, platformOption } from './find-channel.ts'
import { storeCommand } from './store-command.ts'
import { instant, text } from './values.ts'
import { instantOrNull } from './words.ts'

const test = storeCommand({
  name: 'webhooks test',
  summary: 'send a test delivery through the running server, and say which steps it passed',
  details: [
    'It goes the way of every delivery from the check of the signature on. The signature itself is not tested, because only the platform can sign. It changes nothing.',
    'With a channel it becomes an event of the type connection_test, which subscribers of the channel get. Without a channel it is in the inbox only.',
    'It needs a server that receives webhooks of the platform.',
  ],
  arguments: { handle: handleArgument },
  options: { platform: platformOption },
  examples: [
    { call: 'webhooks test astral_walrus29', about: 'does what Kick delivers of this channel come through?' },
    { call: 'webhooks test --platform twitch --json', about: 'each step as JSON, for a monitor' },
  ],
  result: z.object({
    step: z
      .enum(testSteps)
      .describe('the step: received, stored in the spool, projected, in the journal, or in the inbox'),
    ok: z.boolean().describe('whether it passed this step'),
    detail: z.string().describe('what was found there'),
  }),
  async run({ handle, platform }, { services: { db, testConnection }, tell, say, signal, author, record }) {
    if (!testConnection) throw new ConfigError('No server runs here that receives webhooks: start it, then test it.')
    const found = handle && (await findChannel(db, handle, platform))
    await record()
    const channel = found && { channelId: found.id, platformUserId: found.platformUserId }
    const of = found?.platform ?? (handle ? platformOf(handle, platform) : (platform ?? 'kick'))
    const { name, role } = author.identity
    const failed: string[] = []
    for await (const tested of testConnection({ platform: of, channel, sentBy: name ?? role }, signal)) {
      const { step, ok, detail } = tested
      tell(tested, `${ok ? 'passed' : 'failed'}  ${step.padEnd(9)}  ${detail}`)
      if (!ok) failed.push(step)
    }
    if (failed.length > 0) throw new ConfigError(`The test delivery failed: ${failed.join(', ')}.`)
    say(`Deliveries of ${found ? nameOf(found) : of} come through.`)
    return true
  },
})

const dayMs = 86_400_000

const counts = {
  received: z.number().describe('how many came, with those that the inbox left out'),
  leftOut: z.number().describe('how many of them the inbox left out, because too many came at once'),
  outcomes: z.record(z.string(), z.number()).describe('how many had each outcome'),
  lag: z
    .object({ p50: z.number(), p95: z.number(), max: z.number() })
    .nullable()
    .describe(
      'milliseconds from sending to receipt: p50, p95 and max; null where nothing genuine came for the first time',
    ),
  expected: z.number().describe('starts and ends of broadcasts that a delivery should have told'),
  untold: z.number().describe('how many of those only polling saw'),
}

const countsOf = ({ received, leftOut, outcomes, lag, expected, untold }: WebhookCounts) => ({
  ...{ received, leftOut, lag, expected, untold },
  outcomes: Object.fromEntries(outcomes.filter(({ count }) => count > 0).map(({ outcome, count }) => [outcome, count])),
})

const inUnits = (ms: number): string => (Math.abs(ms) < 1_000 ? `${ms} ms` : `${(ms / 1_000).toFixed(1)} s`)

const lineOf = (name: string, { received, outcomes, lag, expected, untold }: ReturnType<typeof countsOf>): string =>
  [
    name.padEnd(36),
    String(received).padStart(9),
    lag ? `half within ${inUnits(lag.p50)}, all within ${inUnits(lag.max)}` : null,
    Object.entries(outcomes)
      .map(([outcome, count]) => `${outcome} ${count}`)
      .join(', ') || null,
    expected > 0 ? `${untold} of ${expected} changes untold` : null,
  ]
    .filter((part) => part !== null)
    .join('  ')

const stats = storeCommand({
  name: 'webhooks stats',
  summary: 'count what platforms delivered by type: how much, what became of it, how late it was and what is missing',
  details: [
    'Without --from and --to it is about the last 24 hours. A type of which nothing came although it should have is listed first.',
    'A change is a start or an end of a broadcast. Untold are those that only polling saw, although an event subscription was active.',
  ],
  arguments: { handle: handleArgument },
  options: {
    from: { about: 'what was received at this instant or later', value: instant },
    to: { about: 'what was received before this instant', value: instant },
    platform: {
      about: 'only deliveries of this platform; with a name, where the channel is',
      value: platformOption.value,
    },
    type: { about: 'only this type of event', value: text('<type>') },
  },
  examples: [
    { call: 'webhooks stats', about: 'is everything delivered, and in time?' },
    { call: 'webhooks stats astral_walrus29 --from now-24h', about: 'what came of one channel in the last day' },
    { call: 'webhooks stats --json', about: 'each type as JSON, for a monitor' },
  ],
  result: z.object({
    platform: z.string().describe('the platform'),
    eventType: z.string().nullable().describe('the type of event; null for what the platform has not signed'),
    lastAt: z.iso.datetime().nullable().describe('when the last one came; null where none did'),
    ...counts,
  }),
  async run({ handle, from, to, platform, type }, { services, tell, say }) {
    const { db, clickHouse: store, env, platforms, clock } = services
    const now = clock()
    const until = to ?? new Date(now)
    const range = { from: from ?? new Date(until.getTime() - dayMs), to: until }
    if (range.from > range.to) throw new UsageError('--from must not be after --to, which is now unless it is given.')
    const channel = handle ? await findChannel(db, handle, platform) : null
    const plan = planBuckets({ range, bucket: 'MONTH', timezone: 'UTC', maxPoints: largestMaxPoints })
    const filter = { channel, platform: channel ? null : (platform ?? null), eventType: type ?? null }
    const { byType, total } = await countWebhooks({ db, store, env, platforms, now }, plan, filter)
    for (const { source, eventType, lastAt, ...rest } of byType) {
      const found = countsOf(rest)
      const name = `${source} ${eventType ?? '(not signed)'}`
      tell({ platform: source, eventType, lastAt: instantOrNull(lastAt), ...found }, lineOf(name, found))
    }
    say(lineOf('all', countsOf(total)))
    return true
  },
})

/** Looking after webhooks. */
export const webhookCommands = [test, stats]
