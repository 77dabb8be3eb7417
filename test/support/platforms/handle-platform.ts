import type { CallResult, Platform, ProfileObservation } from '../../../src/platforms/platform.ts'

/** What a platform knows of a handle, or why it did not answer. */
export type HandleAnswer = CallResult<ProfileObservation | null>

/** The call behind every answer. */
export const handleCall = {
  platform: 'kick',
  endpoint: 'channels',
  requestedAt: new Date(),
  durationMs: 1,
  status: 200,
  items: 1,
  error: null,
} as const

/** A handle that belongs to somebody, or to nobody. */
export const knownHandle = (value: ProfileObservation | null, observedAt = new Date()): HandleAnswer => ({
  ok: true,
  value,
  observedAt,
  call: handleCall,
})

/** A platform that is asked for handles and for nothing else. */
export const handlePlatform = (answer: (slug: string) => HandleAnswer): Platform => ({
  name: 'kick',
  capabilities: new Set(['resolve-handle']),
  liveBatchSize: 1,
  profileBatchSize: 1,
  resolveHandle: async (slug) => answer(slug),
  fetchLive: () => Promise.reject(new Error('not asked')),
  fetchProfiles: () => Promise.reject(new Error('not asked')),
  async [Symbol.asyncDispose]() {},
})

/** The type of delivery of `tellingPlatform` that tells starts and ends. */
export const startEvent = 'livestream.status.updated'

const notAsked = () => Promise.reject(new Error('not asked'))

/** The same platform, which also delivers when a broadcast begins and ends. */
export const tellingPlatform = (platform: Platform): Platform => ({
  ...platform,
  eventSubscriptions: {
    types: [{ event: startEvent, version: 1, limit: 1, quietMs: 1, expected: 'start-and-end' }],
    removeBatchSize: 1,
    list: notAsked,
    create: notAsked,
    remove: notAsked,
  },
})
