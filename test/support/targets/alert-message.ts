import type { AlertMessage } from '../../../src/targets/target.ts'

/** A message that a channel went live, with what a test says differently. */
export const alertMessage = (more: Partial<AlertMessage> = {}): AlertMessage => ({
  id: '01K9Z0A1B2C3D4E5F6G7H8J9KM',
  kind: 'went-live',
  at: '2026-11-22T12:00:00.000Z',
  rule: { id: '7', name: 'Our streamers' },
  channel: {
    id: '42',
    platform: 'kick',
    slug: 'alpha',
    displayName: 'Alpha',
    url: 'https://kick.com/alpha',
    avatarUrl: 'https://files.kick.com/alpha.webp',
  },
  facts: { title: 'Hello', category: 'Just Chatting', viewers: 1_234, startedAt: '2026-11-22T11:59:50.000Z' },
  text: 'Alpha is live.',
  thread: null,
  isTest: false,
  ...more,
})

/** How a message is sent that nothing was sent before. */
export const first = () => ({ threadState: null, signal: new AbortController().signal })
