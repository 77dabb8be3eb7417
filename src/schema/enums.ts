import { builder } from './builder.ts'

/** Platforms by their stored names. */
export const PlatformEnum = builder.enumType('Platform', {
  values: { KICK: { value: 'kick' }, TWITCH: { value: 'twitch' }, X: { value: 'x' } } as const,
})

/** Status of a channel by its stored names. */
export const LiveStatusEnum = builder.enumType('LiveStatus', {
  values: {
    ONLINE: { value: 'online' },
    OFFLINE: { value: 'offline' },
    UNKNOWN: { value: 'unknown', description: 'Not observed yet.' },
  } as const,
})

/** Kinds of status events by their stored names. */
export const StatusEventTypeEnum = builder.enumType('StatusEventType', {
  values: {
    STREAM_START: { value: 'stream_start' },
    STREAM_END: { value: 'stream_end' },
    CONNECTION_TEST: { value: 'connection_test' },
  } as const,
})

/** Who told of a status by their stored names. */
export const StatusSourceEnum = builder.enumType('StatusSource', {
  values: { POLL: { value: 'poll' }, WEBHOOK: { value: 'webhook' }, OPERATOR: { value: 'operator' } } as const,
})

/** What a caller may do. */
export const RoleEnum = builder.enumType('Role', { values: ['PUBLIC', 'OPERATOR', 'ADMIN'] as const })
