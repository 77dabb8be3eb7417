import { expect, test } from 'vitest'
import { openTarget } from '../../src/targets/open-target.ts'
import type { AlertMessage, Outcome } from '../../src/targets/target.ts'
import { takeLeaks } from '../support/access/canary.ts'
import { alertMessage } from '../support/targets/alert-message.ts'
import { type DiscordServer, startDiscord } from '../support/targets/discord-server.ts'

const thread = 'session:99'

/** A target in front of a Discord, which is told one message after another as the deliveries of a thread are. */
const openAt = (discord: DiscordServer, settings: object = {}) => {
  const target = openTarget(
    'discord',
    settings,
    { url: discord.url },
    { privateNetworks: ['127.0.0.1'], clock: Date.now },
  )
  let threadState: string | null = null
  const send = async (more: Partial<AlertMessage> = {}): Promise<Outcome> => {
    const outcome = await target.send(alertMessage(more), { threadState, signal: new AbortController().signal })
    if (outcome.kind === 'delivered' && more.thread !== null) threadState = outcome.threadState ?? threadState
    return outcome
  }
  return { target, send, [Symbol.asyncDispose]: () => target[Symbol.asyncDispose]() }
}

const wide = { requests: 1_000, windowMs: 1_000 }

type Embed = { title: string; description: string; color: number; fields: { name: string; value: string }[] }

const embedOf = (discord: DiscordServer, index = 0) => discord.messages[index]!.embeds[0] as Partial<Embed>

const fieldsOf = (embed: Partial<Embed>) => Object.fromEntries(embed.fields!.map(({ name, value }) => [name, value]))

test('the message about a broadcast is edited while it goes on, and finished when it ends', async () => {
  await using discord = await startDiscord(wide)
  await using alerts = openAt(discord)
  expect(await alerts.send({ thread })).toMatchObject({ kind: 'delivered', status: 200 })
  expect(embedOf(discord)).toMatchObject({
    author: { name: 'Alpha', url: 'https://kick.com/alpha', icon_url: 'https://files.kick.com/alpha.webp' },
    title: 'Hello',
    url: 'https://kick.com/alpha',
    description: 'Alpha is live.',
    footer: { text: 'kick · Our streamers' },
    timestamp: '2026-11-22T12:00:00.000Z',
  })
  expect(fieldsOf(embedOf(discord))).toEqual({
    Category: 'Just Chatting',
    Viewers: '1,234',
    Started: `<t:${Date.parse('2026-11-22T11:59:50Z') / 1_000}:R>`,
  })
  const live = embedOf(discord).color

  await alerts.send({
    thread,
    kind: 'title-changed',
    facts: { title: 'A new title' },
    text: 'Alpha changed the title.',
  })
  await alerts.send({ thread, kind: 'viewers-passed', facts: { viewers: 5_000 }, text: 'More than 4,000 watch Alpha.' })
  await alerts.send({ thread, kind: 'viewers-passed', facts: { viewers: 900, category: null }, text: 'Fewer watch.' })
  expect(embedOf(discord)).toMatchObject({ title: 'A new title', description: 'Fewer watch.', color: live })
  expect(fieldsOf(embedOf(discord))).toMatchObject({ Viewers: '900', 'Most viewers': '5,000' })
  expect(fieldsOf(embedOf(discord))).not.toHaveProperty('Category')

  const facts = { endedAt: '2026-11-22T15:12:00.000Z' }
  expect(await alerts.send({ thread, kind: 'ended', facts, text: 'Alpha ended.' })).toMatchObject({ kind: 'delivered' })
  expect(fieldsOf(embedOf(discord))).toEqual({ 'Most viewers': '5,000', Duration: '3 h 12 min' })
  expect(embedOf(discord).color).not.toBe(live)
  expect(discord.messages.map(({ edits }) => edits)).toEqual([4])
})

test('a message that was deleted is made anew, with all that is known', async () => {
  await using discord = await startDiscord(wide)
  await using alerts = openAt(discord)
  await alerts.send({ thread })
  discord.delete(discord.messages[0]!.id)
  const changed = { thread, kind: 'title-changed', facts: { title: 'Later' } }
  expect(await alerts.send(changed)).toMatchObject({ kind: 'delivered', status: 200 })
  await alerts.send({ ...changed, facts: { title: 'Last' } })
  expect(discord.messages.map(({ edits }) => edits)).toEqual([1])
  expect(embedOf(discord)).toMatchObject({ title: 'Last' })
  expect(fieldsOf(embedOf(discord))).toMatchObject({ Category: 'Just Chatting' })
})

test('what belongs to no broadcast is a message of its own', async () => {
  await using discord = await startDiscord(wide)
  await using alerts = openAt(discord)
  await alerts.send({ kind: 'renamed', facts: {}, text: 'Alpha is called Beta now.' })
  const outcome = await alerts.send({ kind: 'outage', channel: null, facts: {}, text: 'Nothing was polled.' })
  expect(outcome).not.toHaveProperty('threadState')
  expect(discord.messages.map(({ edits }) => edits)).toEqual([0, 0])
  expect(embedOf(discord, 1)).not.toHaveProperty('author')
  expect(embedOf(discord, 1)).not.toHaveProperty('title')
})

test('every request is within the allowance that Discord tells', async () => {
  await using discord = await startDiscord({ requests: 5, windowMs: 300 })
  await using alerts = openAt(discord)
  const outcomes = await Promise.all(Array.from({ length: 23 }, () => alerts.send()))
  expect(new Set(outcomes.map(({ kind }) => kind))).toEqual(new Set(['delivered']))
  expect(discord.messages).toHaveLength(23)
  expect(discord.counts).toEqual({ requests: 23, limited: 0 })
})

test('where another node has used up the allowance, the attempt is made again when Discord says', async () => {
  await using discord = await startDiscord({ requests: 1, windowMs: 60_000 })
  await using one = openAt(discord)
  await using other = openAt(discord)
  expect((await one.send()).kind).toBe('delivered')
  const limited = await other.send()
  expect(limited).toMatchObject({ kind: 'retry', status: 429, afterMs: expect.any(Number) })
  const { afterMs } = limited as { afterMs: number }
  // The body tells the wait to the millisecond; the header only whole seconds.
  expect(afterMs).toBeGreaterThan(55_000)
  expect(afterMs).toBeLessThanOrEqual(60_000)
  // Both know now, and ask no more until then.
  expect(await other.send()).toMatchObject({ kind: 'retry', status: null, answer: 'Discord asked to wait.' })
  expect(await one.send()).toMatchObject({ kind: 'retry', status: null, afterMs: expect.any(Number) })
  expect(discord.counts).toEqual({ requests: 2, limited: 1 })
})

test('titles notify nobody and are not read as Markdown', async () => {
  await using discord = await startDiscord(wide)
  await using alerts = openAt(discord)
  const title = '@everyone <@&111> **bold** [x](https://evil.example) `code` <t:1:R> ||spoiler|| \\'
  await alerts.send({ facts: { title }, text: `${title} is live.` })
  expect(discord.messages[0]).toMatchObject({ notified: [], allowed: { parse: [], roles: [] } })
  const { title: shown, description } = embedOf(discord)
  for (const text of [shown!, description!.replace(/ is live\.$/, '')]) {
    expect(text.replaceAll(/\\([^\w\s])/g, '$1')).toBe(title)
    expect(text).not.toMatch(/(?<!\\)(?:\\\\)*[*_~`|<>[\]()@:]/)
  }
})

test('a role that is chosen is notified once for a broadcast, and no other', async () => {
  await using discord = await startDiscord(wide)
  await using alerts = openAt(discord, { mentionRoleId: '3234567890123456789' })
  await alerts.send({ thread, facts: { title: '<@&4234567890123456789>' } })
  await alerts.send({ thread, kind: 'title-changed', facts: { title: 'x' } })
  expect(discord.messages).toMatchObject([
    { notified: ['3234567890123456789'], edits: 1, allowed: { parse: [], roles: [] } },
  ])
})

test('messages go to the thread that is chosen, and are edited there', async () => {
  await using discord = await startDiscord(wide)
  await using alerts = openAt(discord, { threadId: '2234567890123456789' })
  await alerts.send({ thread })
  await alerts.send({ thread, kind: 'ended' })
  expect(discord.messages.map(({ threadId, edits }) => [threadId, edits])).toEqual([['2234567890123456789', 1]])
})

test.each<[string, Partial<AlertMessage>]>([
  ['very long texts', { text: '*'.repeat(9_000), facts: { title: '['.repeat(9_000), category: ':'.repeat(9_000) } }],
  ['characters of two units', { text: '🎉'.repeat(9_000), facts: { title: '🎉'.repeat(300) } }],
  ['halves of characters', { text: '\ud83c', facts: { title: '\udf89 x', category: '\0\n' } }],
  ['nothing', { text: '', facts: { title: '', category: '   ', viewers: Number.NaN, startedAt: 'soon' } }],
  ['other types', { facts: { title: 7, category: {}, viewers: '5', peakViewers: -1, startedAt: null, imageUrl: [] } }],
  ['pictures that are none', { facts: { imageUrl: 'javascript:alert(1)' } }],
  [
    'a channel without a face',
    {
      channel: { id: '1', platform: 'kick', slug: 'a', displayName: ' ', url: 'nowhere', avatarUrl: '/relative.png' },
    },
  ],
  ['an instant that is none', { at: 'yesterday' }],
  ['a long rule', { rule: { id: '1', name: 'r'.repeat(5_000) } }],
])('Discord takes a message with %s', async (_what, more) => {
  await using discord = await startDiscord(wide)
  await using alerts = openAt(discord)
  expect(await alerts.send({ thread, ...more })).toMatchObject({ kind: 'delivered', status: 200 })
})

test('a picture of the broadcast is shown', async () => {
  await using discord = await startDiscord(wide)
  await using alerts = openAt(discord)
  await alerts.send({ facts: { imageUrl: 'https://images.kick.com/1.webp' } })
  expect(embedOf(discord)).toMatchObject({ image: { url: 'https://images.kick.com/1.webp' } })
})

test('a webhook that is gone is not asked again, also where a message of it was to be edited', async () => {
  await using discord = await startDiscord(wide)
  await using alerts = openAt(discord)
  await alerts.send({ thread })
  discord.exists = false
  const outcome = await alerts.send({ thread, kind: 'ended' })
  expect(outcome).toMatchObject({ kind: 'refused', status: 404 })
  expect(outcome.answer).toContain('Unknown Webhook')
  expect(discord.counts.requests).toBe(2)
})

test.each([401, 403, 404, 400])('%i is for good', async (status) => {
  await using discord = await startDiscord(wide)
  discord.instead.push({ status, json: { message: 'no', code: 0 } })
  await using alerts = openAt(discord)
  expect(await alerts.send()).toMatchObject({ kind: 'refused', status })
})

test('a global limit, and one whose body says nothing, are waited for as the header says', async () => {
  await using discord = await startDiscord(wide)
  discord.instead.push({
    status: 429,
    headers: { 'retry-after': '65', 'x-ratelimit-global': 'true' },
    text: 'error code: 1015',
  })
  await using alerts = openAt(discord)
  expect(await alerts.send()).toMatchObject({ kind: 'retry', status: 429, afterMs: 65_000 })
})

test('an answer that was cut off after the receipt counts, and the next message is new', async () => {
  await using discord = await startDiscord(wide)
  discord.instead.push('half')
  await using alerts = openAt(discord)
  const outcome = await alerts.send({ thread })
  expect(outcome).toMatchObject({ kind: 'delivered', status: 200 })
  expect(outcome).not.toHaveProperty('threadState')
  expect(await alerts.send({ thread, kind: 'title-changed' })).toHaveProperty('threadState')
})

test.each(['', '{}', 'null', '[', '{"message":"../../1/evil","facts":{}}', '{"message":1,"facts":{}}'])(
  'a state of a thread that can not be read (%j) makes a new message',
  async (threadState) => {
    await using discord = await startDiscord(wide)
    await using alerts = openAt(discord)
    const options = { threadState, signal: new AbortController().signal }
    expect(await alerts.target.send(alertMessage({ thread }), options)).toMatchObject({ kind: 'delivered' })
    expect(discord.messages).toHaveLength(1)
  },
)

test('no outcome tells the URL of the webhook', async () => {
  await using discord = await startDiscord(wide)
  await using alerts = openAt(discord)
  discord.instead.push({ status: 500, text: `cannot POST ${discord.url} ${discord.url.replace('/api/', '/api/v10/')}` })
  expect(JSON.stringify(await alerts.send())).not.toMatch(/canary/i)
  // The server that repeats the URL is the one that leaks it.
  takeLeaks()
})
