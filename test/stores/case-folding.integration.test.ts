import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { list, text } from '../../src/stores/clickhouse/columns.ts'
import { namedQuery } from '../../src/stores/clickhouse/named-query.ts'
import { chatMessages } from '../../src/telemetry/chat-messages.ts'
import { adminKey, startTestApi, type TestApi } from '../support/http/api.ts'
import { insertChat } from '../support/live/chat.ts'
import { foldedPlainly } from '../support/stores/case-model.ts'
import { openTestClickHouse } from '../support/stores/clickhouse.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'
import { seed } from '../support/stores/seed.ts'
import { statement } from '../support/stores/statement.ts'

const opened = new AsyncDisposableStack()
let database: TestDatabase
let history: Awaited<ReturnType<typeof openTestClickHouse>>
let api: TestApi
beforeAll(async () => {
  database = opened.use(await createTestDatabase())
  history = opened.use(await openTestClickHouse())
  const { store } = history
  const services = { history: { store, env: 'test', completeThrough: () => new Date(), lost: () => [] } }
  api = opened.use(await startTestApi({ db: database.db, services }))
})
afterAll(() => opened.disposeAsync())

/** A text as it is kept, and what has to find it. */
const cases: [kept: string, ...searches: string[]][] = [
  ['İstanbul TV', 'İstanbul', 'i̇stanbul', 'İSTANBUL', 'I\u0307stanbul', 'TV', 'İ'],
  ['ΟΔΟΣ live', 'ΟΔΟΣ', 'οδος', 'οδοσ', 'Οδος', 'ΟΔ'],
  ['οδος again', 'ΟΔΟΣ', 'οδος'],
  ['die straße', 'straße', 'STRASSE', 'STRAẞE', 'strasse'],
  ['DIE STRASSE', 'straße', 'Strasse'],
  ['eﬃcient ﬁsh', 'EFFICIENT', 'eﬃcient', 'fish', 'ﬁsh', 'FISH'],
  ['Café Zoë', 'CAFÉ', 'cafe\u0301', 'CAFE\u0301', 'zoë', 'ZOE\u0308'],
  ['Cafe\u0301 again', 'Café', 'CAFÉ'],
  ['ŉ and ǆ', 'ŉ', 'ʼN', 'Ǆ', 'ǅ'],
  ['ᾳ and Ͱ', 'ᾳ', 'ΑΙ', 'αι', 'ͱ'],
  ['ꭰ Ꮋ', 'Ꭰ', 'ꭰ', 'ꮋ'],
  ['ılık', 'ılık', 'ılıK'],
  ['100%_\\', '100%_\\', '%_'],
  ['𐐀 Deseret', '𐐨', '𐐀', 'DESERET'],
]

describe('what is searched for is found in any case', () => {
  const channels = async (search: string): Promise<string[]> => {
    const { data } = await api.ask(
      'query S($s: String) { channels(first: 100, filter: { search: $s }) { nodes { displayName } } }',
      { s: search },
    )
    return data.channels.nodes.map(({ displayName }: { displayName: string }) => displayName)
  }
  const streamers = async (search: string): Promise<string[]> => {
    const { data } = await api.ask(
      'query S($s: String) { streamers(first: 100, search: $s) { nodes { name } } }',
      { s: search },
      adminKey,
    )
    return data.streamers.nodes.map(({ name }: { name: string }) => name)
  }
  const range = { from: new Date('2026-11-01T00:00:00Z'), to: new Date('2026-11-02T00:00:00Z') }
  const chat = async (search: string): Promise<string[]> => {
    const asked = { env: 'test', channelIds: [1n], range, search, limit: 100, beyond: null, now: range.to }
    return ((await chatMessages(history.store, asked)).get(1n) ?? []).map(({ content }) => content)
  }

  beforeAll(async () => {
    const add = statement('test_add_streamer', 'INSERT INTO public.streamers (name) VALUES ($1)')
    for (const [kept] of cases) {
      await seed(database.db).channel({ displayName: kept })
      await database.db.query(add, [kept])
    }
    const sentAt = range.from.getTime() / 1_000
    await insertChat(
      history.store,
      cases.map(([content], n) => ({ id: `m${n}`, sentAt: sentAt + n, content })),
    )
  })

  test.each(cases)('%s', async (kept, ...searches) => {
    for (const search of [kept, ...searches]) {
      expect.soft(await channels(search), `channels by ${search}`).toContain(kept)
      expect.soft(await streamers(search), `streamers by ${search}`).toContain(kept)
      expect.soft(await chat(search), `chat by ${search}`).toContain(kept)
    }
  })

  test('and nothing else is', async () => {
    for (const find of [channels, streamers, chat]) {
      expect((await find('istanbul')).toSorted()).toEqual([])
      expect((await find('ilik')).toSorted()).toEqual([])
      expect((await find('ὀδός')).toSorted()).toEqual([])
      expect((await find('strase')).toSorted()).toEqual([])
      expect((await find('strasse')).toSorted()).toEqual(['DIE STRASSE', 'die straße'])
    }
  })
})

describe('both stores fold like the plain model', () => {
  const inPostgres = statement(
    'test_fold',
    'SELECT dm.fold_case(t) AS dm, public.fold_case(t) AS public FROM unnest($1::text[]) WITH ORDINALITY AS v(t, n) ORDER BY n',
  )
  const inClickHouse = namedQuery({
    name: 'test_fold',
    sql: `SELECT arrayMap(t -> normalizeUTF8NFC(caseFoldUTF8(normalizeUTF8NFD(t))), {texts:Array(String)}) AS folded`,
    row: { folded: list(text) },
  })
  const check = async (texts: readonly string[]) => {
    const model = texts.map(foldedPlainly)
    const rows = await database.db.query<{ dm: string; public: string }>(inPostgres, [texts])
    expect(rows.map((row) => row.dm)).toEqual(model)
    expect(rows.map((row) => row.public)).toEqual(model)
    expect((await history.store.query(inClickHouse, { texts }))[0]!.folded).toEqual(model)
  }

  test('every letter that has cases', async () => {
    // Scripts that got their cases later than the oldest of the three knows would only compare their ages.
    const later = /[\u{1C89}\u{1C8A}\u{A7CB}-\u{A7DC}\u{10D50}-\u{10D85}\u{16EA0}-\u{16ED3}]/u
    const letters: string[] = []
    for (let code = 1; code <= 0x1_ffff; code++) {
      if (code >= 0xd800 && code <= 0xdfff) continue
      const letter = String.fromCodePoint(code)
      if (/\p{CWCF}|\p{CWL}|\p{CWU}/u.test(letter) && !later.test(letter)) letters.push(letter)
    }
    expect(letters.length).toBeGreaterThan(2_500)
    await check(letters)
  })

  test('any text and every case of it, and they are the same once folded', async () => {
    const letters = fc.constantFrom(
      ...'aAiIıİßẞſsSΣσςﬁﬃŉǰΐᾳᾼÅÅéEeµμΩωKkꭰᏸdžǅ漢😀 %_\\\'"',
      '\u0301',
      '\u0307',
      '\u0345',
      '\u0327',
    )
    const texts = fc.oneof(
      fc.array(letters, { maxLength: 12 }).map((parts) => parts.join('')),
      fc.string({ unit: 'grapheme', maxLength: 12 }),
    )
    const samples = fc
      .sample(texts, { numRuns: 1_500, seed: 12 })
      .filter((sample) => sample.isWellFormed() && !sample.includes('\0'))
    const variantsOf = (sample: string) => [
      sample,
      sample.normalize('NFC'),
      sample.normalize('NFD'),
      foldedPlainly(sample),
      // Dotless i has a large letter that is not its own.
      // Dotless i has a large letter that is not its own, and marks have their order before their case.
      ...(/[ıI]/.test(sample) ? [] : [sample.normalize('NFD').toLowerCase(), sample.normalize('NFD').toUpperCase()]),
    ]
    for (const sample of samples) expect(new Set(variantsOf(sample).map(foldedPlainly)).size).toBe(1)
    await check(samples.flatMap(variantsOf))
  })
})
