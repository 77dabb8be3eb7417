import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { type ChatMessage, type ChatPosition, chatMessages } from '../../src/telemetry/chat-messages.ts'
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

const all = { env: 'test', range, search: '', limit: 101, beyond: null }

describe('pages of messages', () => {
  test('go through all of a channel once, newest first, however many share a second and however small the pages are', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 60 }),
        fc.integer({ min: 1, max: 20 }),
        fc.boolean(),
        async (seconds, limit, withOthers) => {
          const [channel, other] = [newChannel(), newChannel()]
          const said = seconds.map((second, index) => ({
            channel,
            at: start + second,
            id: `${(index * 7919) % 1009}-${index}`,
          }))
          await insertSaid(store, [...said, { channel: other, at: start + 2 }])
          const channelIds = withOthers ? [channel, other] : [channel]
          const seen: string[] = []
          let beyond: ChatPosition | null = null
          for (;;) {
            const page: ChatMessage[] =
              (await chatMessages(store, { ...all, channelIds, limit, beyond })).get(channel) ?? []
            seen.push(...page.map(({ messageId }) => messageId))
            if (page.length < limit) break
            beyond = page.at(-1)!
          }
          const expected = said.toSorted((a, b) => b.at - a.at || (a.id < b.id ? 1 : -1)).map(({ id }) => id)
          expect(seen).toEqual(expected)
        },
      ),
      { numRuns: 25 },
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
    expect(asked).toEqual(['chat_pages'])
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
    expect(await chatMessages(store, { ...all, channelIds: [newChannel()], range })).toEqual(new Map())
    expect(asked).toEqual([])
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
      { numRuns: 30 },
    )
  })

  test('knows no case, in any alphabet', async () => {
    expect(await searched(['ПРИВЕТ мир', 'Straße', 'ÉTÉ'], 'привет МИР')).toEqual(['ПРИВЕТ мир'])
    expect(await searched(['Été', 'ete'], 'été')).toEqual(['Été'])
  })
})
