import { expect, test } from 'vitest'
import { formerSlug, isFindable, isHandle, readHandle } from './handle.ts'

test.for([
  ['ninja', { slug: 'ninja' }],
  [' @ninja ', { slug: 'ninja' }],
  ['https://kick.com/ninja', { platform: 'KICK', slug: 'ninja' }],
  ['kick.com/ninja/videos?x=1', { platform: 'KICK', slug: 'ninja' }],
  ['https://www.twitch.tv/ninja', { platform: 'TWITCH', slug: 'ninja' }],
  ['https://m.twitch.tv/ninja', { platform: 'TWITCH', slug: 'ninja' }],
  ['x.com/@ninja', { platform: 'X', slug: 'ninja' }],
  ['https://notkick.com/ninja', { slug: 'https://notkick.com/ninja' }],
  ['https://kick.com/', { slug: 'https://kick.com/' }],
] as const)('%s', ([text, expected]) => {
  expect(readHandle(text)).toEqual(expected)
})

test.for([
  ['ninja', true, true],
  ['@ninja', true, true],
  ['ninja the great', true, false],
  ['', false, false],
  ['x'.repeat(101), false, false],
  [`https://kick.com/ninja?${'x'.repeat(101)}`, true, true],
  [`https://notkick.com/ninja?${'x'.repeat(101)}`, false, false],
] as const)('%s can be looked for: %s; tracked: %s', ([text, findable, handle]) => {
  expect([isFindable(text), isHandle(text)]).toEqual([findable, handle])
})

const channel = {
  slug: 'ninja_new',
  displayName: 'Nina',
  slugHistory: [
    { slug: 'ninja_new', observedUntil: null, isCurrent: true },
    { slug: 'old_two', observedUntil: '2026-03-12T00:00:00Z', isCurrent: false },
    { slug: 'old_one', observedUntil: '2026-01-12T00:00:00Z', isCurrent: false },
    { slug: 'old_on', observedUntil: '2025-01-12T00:00:00Z', isCurrent: false },
  ],
}

test('a former slug is named where the text means it', () => {
  expect(formerSlug(channel, 'old')?.slug).toBe('old_two')
  expect(formerSlug(channel, 'OLD_ON')?.slug).toBe('old_on')
  expect(formerSlug(channel, 'https://kick.com/old_one')).toEqual({ slug: 'old_one', until: '2026-01-12T00:00:00Z' })
})

test('what a channel is called now needs no explanation', () => {
  expect(formerSlug(channel, 'ninja')).toBeNull()
  expect(formerSlug(channel, '@nina')).toBeNull()
  expect(formerSlug(channel, '')).toBeNull()
})
