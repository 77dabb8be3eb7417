import { expect, test } from 'vitest'
import { answerExcerpt } from '../../src/lib/answer-excerpt.ts'

test('an answer is kept as it came, up to 2,048 characters', () => {
  expect(answerExcerpt('{"message":"Invalid request"}', [])).toBe('{"message":"Invalid request"}')
  expect(answerExcerpt('x'.repeat(10_000), [])).toHaveLength(2_048)
})

test('what the request carried is struck out, also where it crosses the end', () => {
  const token = 'AbCdEfGh0123456789'
  expect(answerExcerpt(`no such token: ${token}`, [token])).toBe('no such token: [struck out]')
  const cut = answerExcerpt(`${'x'.repeat(2_040)}${token}`, [token])
  expect(cut).not.toContain(token.slice(0, 4))
})

test('members that are secret by their name are struck out, whatever the request carried', () => {
  const answer = {
    stream: { url: 'rtmp://a', key: 'sk_1' },
    access_token: 'abc',
    email: 'me@example.com',
    slug: 'kept',
  }
  const excerpt = answerExcerpt(JSON.stringify(answer), [])
  for (const secret of ['sk_1', 'abc', 'me@example.com']) expect(excerpt).not.toContain(secret)
  expect(excerpt).toContain('"slug":"kept"')
})

test('it holds nothing that Postgres can not store', () => {
  expect(answerExcerpt('a\0b\ud800', [])).toBe('a b\ufffd')
})
