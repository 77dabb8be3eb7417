import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeChatNotice, encodeChatNotice } from '../../src/live/chat-notice.ts'

// Any sequence of UTF-16 units, lone surrogates and NUL too.
const text = fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)) })
const toldLine = fc.record({
  channelId: fc.bigInt({ min: 1n, max: 2n ** 53n - 1n }),
  slug: text,
  line: fc.record({
    messageId: text,
    platformUserId: text,
    username: text,
    content: text,
    createdAt: fc.date({ noInvalidDate: true }),
  }),
})
const notice = fc.record({
  node: text,
  number: fc.integer({ min: 1 }),
  state: fc.constantFrom('on' as const, 'lost' as const, 'ends' as const),
  lines: fc.array(toldLine, { maxLength: 5 }),
})

test('a notice arrives as it was sent, whatever was said, in bytes that are UTF-8', () => {
  fc.assert(
    fc.property(notice, (sent) => {
      const bytes = Buffer.from(encodeChatNotice(sent))
      expect(decodeChatNotice(bytes.toString('utf8'))).toEqual(sent)
    }),
  )
})

test('what is no notice is none', () => {
  const one = encodeChatNotice({
    node: 'n',
    number: 1,
    state: 'on',
    lines: [
      {
        channelId: 7n,
        slug: 's',
        line: { messageId: 'm', platformUserId: 'u', username: 'U', content: 'c', createdAt: new Date(5) },
      },
    ],
  })
  const parts = JSON.parse(one) as unknown[]
  const wrong = parts.flatMap((_, i) => [parts.toSpliced(i, 1), parts.with(i, null), parts.with(i, {})])
  const heads = [
    '["n"]',
    '["n",1]',
    '["n",1.5,0]',
    '["n",-1,0]',
    '["n",1,3]',
    '["n",1,-1]',
    '["n",1,0.5]',
    '["n",1,"0"]',
    '["n",1,{"toString":0}]',
  ]
  const others = ['', 'x', '{}', '[]', ...heads, JSON.stringify(parts.with(9, 1e300)), JSON.stringify(parts.with(1, 0))]
  for (const text of [...others, ...wrong.map((list) => JSON.stringify(list))])
    expect(decodeChatNotice(text), text).toBeNull()
  fc.assert(fc.property(fc.json(), (text) => void decodeChatNotice(text)))
})
