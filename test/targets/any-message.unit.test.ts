import fc from 'fast-check'
import { expect, test } from 'vitest'
import { discordMessage } from '../../src/targets/discord-message.ts'
import { letterOf } from '../../src/targets/email-message.ts'
import { shownFactsOf } from '../../src/targets/shown-facts.ts'
import { alertMessage } from '../support/targets/alert-message.ts'
import { discordFault } from '../support/targets/discord-limits.ts'

/** Texts of any units, also of halves of characters, and of what has a meaning somewhere. */
const texts = fc.oneof(
  fc.string({ unit: fc.integer({ min: 0, max: 0xff_ff }).map((unit) => String.fromCharCode(unit)), maxLength: 600 }),
  fc.string({ unit: fc.constantFrom(...'\\*_~`|>#[]()<:@&\r\n\0 🎉'), maxLength: 3_000 }),
)

const values = fc.oneof(texts, fc.double(), fc.integer(), fc.date().map(String), fc.webUrl(), fc.constant(null))

const messages = fc
  .record({
    kind: fc.constantFrom('went-live', 'ended', 'outage', 'other'),
    text: texts,
    at: fc.oneof(texts, fc.constant('2026-11-22T12:00:00Z')),
    rule: fc.record({ id: texts, name: texts }),
    thread: fc.option(texts),
    id: texts,
    isTest: fc.boolean(),
    facts: fc.record({
      title: values,
      category: values,
      viewers: values,
      peakViewers: values,
      startedAt: values,
      endedAt: values,
      imageUrl: values,
    }),
    channel: fc.option(
      fc.record({
        id: texts,
        platform: texts,
        slug: texts,
        displayName: fc.option(texts),
        url: fc.oneof(texts, fc.webUrl()),
        avatarUrl: fc.option(fc.oneof(texts, fc.webUrl())),
      }),
    ),
  })
  .map(alertMessage)

test('whatever a message holds, Discord takes it', () => {
  fc.assert(
    fc.property(messages, messages, (message, earlier) => {
      const facts = shownFactsOf(message, shownFactsOf(earlier))
      expect(discordFault(JSON.parse(JSON.stringify(discordMessage(message, facts))))).toBeUndefined()
    }),
  )
})

test('whatever a message holds, its letter has one line for each field', () => {
  fc.assert(
    fc.property(messages, (message) => {
      const { subject, messageId, references = '' } = letterOf(message, 'example.com')
      expect([subject, messageId, references].join('').search(/[\r\n\0]/)).toBe(-1)
      expect(messageId).toMatch(/^<[\w.-]{1,200}@example\.com>$/)
    }),
  )
})
