import { expect, test } from 'vitest'
import { targetName } from './evidence.ts'

test.each([
  ['kick_chat_message', 'kick_chat_message'],
  ['@deliveries', 'deliveries (to be projected)'],
  ['@staged:01KA0000000000000000000000:kick_chat_message', 'kick_chat_message, for the past of the demo'],
  ['@staged:01KA0000000000000000000000:@deliveries', 'deliveries (to be projected), for the past of the demo'],
])('%s is told as %s', (target, name) => {
  expect(targetName(target)).toBe(name)
})
