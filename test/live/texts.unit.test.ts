import fc from 'fast-check'
import { parse } from 'graphql'
import { expect, test } from 'vitest'
import { sharedSelection } from '../../src/http/graphql/shared-selection.ts'
import { ApiError } from '../../src/lib/errors.ts'
import { decodeJournalCursor, encodeJournalCursor } from '../../src/live/journal-cursor.ts'
import { Body } from '../../src/live/message.ts'
import { decodeViewerNotice, encodeViewerNotices } from '../../src/live/viewer-notice.ts'
import { noticesOf } from '../support/live/viewer-notices.ts'

const epoch = fc.stringMatching(/^[\w-]{12}$/)
const id = fc.bigInt({ min: 0n, max: 2n ** 63n - 1n })

test('a cursor gives back its epoch and id', () => {
  fc.assert(
    fc.property(epoch, id, (epoch, id) => {
      expect(decodeJournalCursor(encodeJournalCursor(epoch, id))).toEqual({ epoch, id })
    }),
  )
})

test('any other text is refused as a cursor', () => {
  const refused = (text: string) => {
    expect(() => decodeJournalCursor(text)).toThrow(ApiError)
    expect(() => decodeJournalCursor(text)).toThrow(/^after must be/)
  }
  const cursor = encodeJournalCursor('abcdefghijkl', 42)
  for (const text of ['', '-1', 'abc', `${cursor}=`, `${cursor} `, cursor.slice(0, 9)]) refused(text)
  for (const text of ['e:-1', 'e:007', 'e:1e3', 'e: 1', 'e:', ':1', 'e:9223372036854775808', 'e:1:2', 'é:1'])
    refused(Buffer.from(text).toString('base64url'))
  fc.assert(fc.property(fc.string(), refused))
})

const sample = fc.tuple(
  fc.bigInt({ min: 1n, max: BigInt(Number.MAX_SAFE_INTEGER) }),
  fc.option(fc.nat(2_147_483_647), { nil: null }),
)

test('viewer notices carry every sample in order, each in less than 8,000 bytes', () => {
  fc.assert(
    fc.property(
      fc.date({ noInvalidDate: true, min: new Date(0) }),
      fc.array(sample, { size: 'max', maxLength: 3_000 }),
      (observedAt, samples) => {
        const notices = noticesOf({ observedAt, samples }, Number.MAX_SAFE_INTEGER)
        for (const notice of notices) expect(Buffer.byteLength(notice)).toBeLessThanOrEqual(7_900)
        const read = notices.map((notice) => decodeViewerNotice(notice)!)
        expect(read.flatMap((batch) => batch.samples)).toEqual(samples)
        for (const batch of read) expect(batch).toMatchObject({ observedAt, transaction: Number.MAX_SAFE_INTEGER })
      },
    ),
  )
  expect(encodeViewerNotices({ observedAt: new Date(), samples: [] })).toEqual([])
})

test('payloads that are no viewer notices are recognised', () => {
  for (const text of [
    '',
    'x',
    '{}',
    '[]',
    '[1]',
    '[1,2,3]',
    '[1,2,3,"4"]',
    '[1,2,3,-4]',
    '[1,2,3.5,4]',
    '["1",2,3,4]',
    '[1,"2",3,4]',
    '[1,2,null,4]',
    'null',
  ])
    expect(decodeViewerNotice(text)).toBeNull()
  fc.assert(fc.property(fc.string(), (text) => void decodeViewerNotice(text)))
})

test('the bytes of a body are its text in UTF-8, one character each', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const gap = { kind: 'StatusGap', after: null, cursor: '', reason: '' } as const
      expect(Buffer.from(new Body(gap, text).bytes, 'latin1')).toEqual(Buffer.from(text))
    }),
  )
})

const selectionOf = (text: string) => {
  const document = parse(text)
  const [operation] = document.definitions
  if (operation?.kind !== 'OperationDefinition') throw new Error('the operation comes first')
  return sharedSelection(document, operation)
}

test('documents that differ only in what the root field is asked for show messages the same way', () => {
  const texts = [
    'subscription ($ids: [ID!]) { channelStatus(ids: $ids) { cursor } }',
    'subscription ($slugs: [String!], $after: String) { channelStatus(slugs: $slugs, after: $after) { cursor } }',
    'subscription { channelStatus(slugs: ["a"]) {\n cursor } }',
    'subscription { channelStatus { cursor } }',
  ]
  expect(new Set(texts.map((text) => selectionOf(text).text)).size).toBe(1)
  for (const text of texts) expect(selectionOf(text).variables).toEqual([])
})

test('whatever is shown differently stays apart, and its variables with it', () => {
  const texts = [
    'subscription { channelStatus { cursor } }',
    'subscription { other: channelStatus { cursor } }',
    'subscription ($n: Int) { channelStatus { channel { sessions(first: $n) { nodes { title } } } } }',
    'subscription ($n: Int = 3) { channelStatus { channel { sessions(first: $n) { nodes { title } } } } }',
    'subscription ($on: Boolean!) { channelStatus(after: "x") { cursor @include(if: $on) } }',
    'subscription ($ids: [ID!], $n: Int) { ...Root } fragment Root on Subscription { channelStatus(ids: $ids) { ...Deep } } fragment Deep on StatusSnapshot { channel { sessions(first: $n) { nodes { title } } } }',
  ]
  const selections = texts.map(selectionOf)
  expect(new Set(selections.map(({ text }) => text)).size).toBe(texts.length)
  expect(selections.map(({ variables }) => variables)).toEqual([[], [], ['n'], ['n'], ['on'], ['n']])
  for (const { text } of selections) expect(text).not.toMatch(/\$ids|after/)
})
