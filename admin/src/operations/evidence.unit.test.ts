import { expect, test } from 'vitest'
import { targetName } from './evidence.ts'

test.each([
  ['kick_chat_message', 'kick_chat_message'],
  ['@deliveries', 'deliveries (not processed yet)'],
  ['@staged:01KA0000000000000000000000:kick_chat_message', 'kick_chat_message, for the demo’s history'],
  ['@staged:01KA0000000000000000000000:@deliveries', 'deliveries (not processed yet), for the demo’s history'],
])('%s is told as %s', (target, name) => {
  expect(targetName(target)).toBe(name)
})
