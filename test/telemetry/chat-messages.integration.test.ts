import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { type ChatMessage, type ChatPosition, chatMessages } from '../../src/telemetry/chat-messages.ts'
import { cases } from '../support/lib/cases.ts'
import { openTestClickHouse } from '../support/stores/clickhouse.ts'
import { insertSaid } from '../support/telemetry/chat-rows.ts'

const asked: string[] = []
const engine = await openTestClickHouse({ onQuery: (name) => asked.push(name) })
const { store } = engine
afterAll(() => engine[Symbol.asyncDispose]())

const start = Math.floor(Date.now() / 1000) - 86_400
const at = (seconds: number) => new Date(seconds * 1000)
const range = { from: at(start), to: at(start + 86_400) }

let channels = 5_000n
const newChannel = (): bigint => ++channels

const now = at(start + 86_400)

const all = { env: 'test', range, search: '', limit: 101, beyond: null, now }

/** Seconds before the newest message: many that are equal, at the edges of the windows that are read, and anywhere. */
const someAges = fc.array(
  fc.oneof(
    fc.integer({ min: 0, max: 4 }),
    fc
      .tuple(fc.constantFrom(600, 4 * 3_600, 4 * 86_400), fc.integer({ min: -2, max: 2 }))
      .map(([edge, beside]) => edge + beside),
    fc.integer({ min: 0, max: 9 * 86_400 }),
  ),
  { maxLength: 60 },
)

describe('pages of messages', () => {
  test('go through all of a channel once, newest first, however old, however many share a second and however small the pages are', async () => {
    await fc.assert(
      fc.asyncProperty(
        someAges,
        fc.integer({ min: 1, max: 20 }),
        fc.boolean(),
        fc.constantFrom('', 'one'),
        // A clock of which messages are ahead changes nothing.
        fc.constantFrom(0, 30, 100_000, -100_000),
        async (ages, limit, withOthers, search, ahead) => {
          const [channel, other] = [newChannel(), newChannel()]
          const said = ages.map((age, index) => ({
            channel,
            at: start - age,
            id: `${(index * 7919) % 1009}-${index}`,
            text: index % 3 === 0 ? 'another' : 'everyone',
          }))
          await insertSaid(store, [...said, { channel: other, at: start - 2, text: 'One' }])
          const channelIds = withOthers ? [channel, other] : [channel]
          const asked = { ...all, channelIds, limit, search, now: at(start + ahead) }
          const range = { from: at(start - 9 * 86_400), to: at(start + 1) }
          const seen: string[] = []
          let beyond: ChatPosition | null = null
          for (;;) {
            const page: ChatMessage[] = (await chatMessages(store, { ...asked, range, beyond })).get(channel)!
            seen.push(...page.map(({ messageId }) => messageId))
            if (page.length < limit) break
            beyond = page.at(-1)!
          }
          const expected = said
            .filter(({ text }) => text.includes(search))
            .toSorted((a, b) => b.at - a.at || (a.id < b.id ? 1 : -1))
            .map(({ id }) => id)
          expect(seen).toEqual(expected)
        },
      ),
      { numRuns: cases(9) },
    )
  })

  test('are one query for any number of channels', async () => {
    asked.length = 0
    const channelIds = Array.from({ length: 50 }, newChannel)
    await insertSaid(
      store,
      channelIds.flatMap((channel) => [1, 2, 3].map((second) => ({ channel, at: start + second }))),
    )
    const found = await chatMessages(store, { ...all, channelIds, limit: 2 })
    expect(asked).toEqual(['chat_pages', 'chat_pages', 'chat_pages'])
    expect([...found.keys()]).toEqual(channelIds)
    for (const page of found.values())
      expect(page.map(({ createdAt }) => createdAt)).toEqual([at(start + 3), at(start + 2)])
  })

  test('hold the range half open, with all that is known of a message', async () => {
    const channel = newChannel()
    await insertSaid(store, [
      { channel, at: start - 1 },
      { channel, at: start, id: 'first', by: 'someone', text: 'at the start' },
      { channel, at: start + 60 },
      { channel, at: start + 30, env: 'other' },
    ])
    const found = await chatMessages(store, {
      ...all,
      channelIds: [channel],
      range: { from: at(start), to: at(start + 60) },
    })
    expect(found.get(channel)).toEqual([
      {
        messageId: 'first',
        username: 'name of someone',
        platformUserId: 'someone',
        content: 'at the start',
        slugAtTheTime: `slug-${channel}`,
        createdAt: at(start),
      },
    ])
  })

  test('an empty range asks nothing', async () => {
    asked.length = 0
    const range = { from: at(start), to: at(start) }
    const channel = newChannel()
    expect(await chatMessages(store, { ...all, channelIds: [channel], range })).toEqual(new Map([[channel, []]]))
    expect(asked).toEqual([])
  })

  test('read back only until they are full, and the rest of the range in three more queries at most', async () => {
    const [busy, quiet] = [newChannel(), newChannel()]
    const text = 'found'
    await insertSaid(store, [
      ...[1, 2, 3, 90_000].map((age) => ({ channel: busy, at: start + 86_400 - age, text })),
      { channel: quiet, at: start + 86_400 - 20_000, text },
    ])
    const range = { from: at(start - 9 * 86_400), to: now }
    const queriesOf = async (options: { channelIds: bigint[]; search?: string }): Promise<string[]> => {
      asked.length = 0
      await chatMessages(store, { ...all, range, limit: 3, ...options })
      return [...asked]
    }
    expect(await queriesOf({ channelIds: [busy] })).toEqual(['chat_page'])
    expect(await queriesOf({ channelIds: [busy], search: 'FOUND' })).toEqual(['chat_search'])
    expect(await queriesOf({ channelIds: [quiet] })).toEqual(Array(4).fill('chat_page'))
    expect(await queriesOf({ channelIds: [busy, quiet] })).toEqual(['chat_pages', ...Array(3).fill('chat_page')])
    expect(await queriesOf({ channelIds: [busy], search: 'nowhere' })).toEqual(Array(4).fill('chat_search'))
  })
})

describe('a search', () => {
  const searched = async (texts: readonly string[], search: string): Promise<string[]> => {
    const [channel, other] = [newChannel(), newChannel()]
    await insertSaid(
      store,
      texts.map((text, index) => ({ channel, at: start + index, text })),
    )
    await insertSaid(store, [{ channel: other, at: start, text: 'a' }])
    const alone = await chatMessages(store, { ...all, channelIds: [channel], search })
    const together = await chatMessages(store, { ...all, channelIds: [channel, other], search })
    expect(together.get(channel)).toEqual(alone.get(channel))
    return (alone.get(channel) ?? []).map(({ content }) => content).reverse()
  }

  const special = [
    '%',
    '_',
    '\\',
    "'",
    '"',
    '`',
    '\\%',
    '\\_',
    "\\'",
    '%%',
    '.*',
    '[a-z]',
    '^',
    '$',
    '(',
    '{x:String}',
    '--',
    '/*',
    '\0',
    '\n',
    '\t',
    '{{',
  ]

  test.each(special)('takes %j as it is', async (text) => {
    const texts = ['plain', `before${text}after`, 'xyz', ...special.filter((other) => !other.includes(text))]
    expect(await searched(texts, text)).toEqual([`before${text}after`])
  })

  test('of any text over any alphabet of special characters finds what holds it', async () => {
    const hard = fc.string({ unit: fc.constantFrom('%', '_', '\\', "'", 'a', 'B', ' ', 'я', '🙂'), maxLength: 8 })
    await fc.assert(
      fc.asyncProperty(fc.array(hard, { maxLength: 20 }), hard, async (texts, search) => {
        const expected = texts.filter((text) => text.toLowerCase().includes(search.toLowerCase()))
        expect(await searched(texts, search)).toEqual(expected)
      }),
      { numRuns: cases(10) },
    )
  })

  test('knows no case, in any alphabet', async () => {
    expect(await searched(['ПРИВЕТ мир', 'Straße', 'ÉTÉ'], 'привет МИР')).toEqual(['ПРИВЕТ мир'])
    expect(await searched(['Été', 'ete'], 'été')).toEqual(['Été'])
  })
})
