import type { EnumRef, SchemaTypes } from '@pothos/core'
import type { PlatformRegistry } from '../platforms/platform-definition.ts'
import { builtInPlatforms } from '../platforms/registry.ts'
import { builder } from './builder.ts'

/** The name of an enumeration's value for a platform. */
export const platformValue = (platform: string): string => platform.toUpperCase()

const platformValues = (registry: PlatformRegistry) =>
  Object.fromEntries(registry.map(({ name }) => [platformValue(name), { value: name }]))

/** An enumeration as the type of a column: its values are text there, which a CHECK keeps inside the enumeration. */
export const stored = <Types extends SchemaTypes, Value extends string>(
  ref: EnumRef<Types, Value>,
): EnumRef<Types, string> => ref as unknown as EnumRef<Types, string>

/** Platforms by their stored names. */
export const PlatformEnum = builder.enumType('Platform', { values: platformValues(builtInPlatforms) })

/** The platform of a slug where an argument names none. */
export const defaultPlatform = builtInPlatforms[0].name

/** Lets schemas that are built from now on have the platforms of this registry. */
export const usePlatforms = (registry: PlatformRegistry): void =>
  PlatformEnum.updateConfig((config) => ({ ...config, values: platformValues(registry) }))

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
    STREAM_START: {
      value: 'stream_start',
      description: 'A broadcast began, or went on after an end that did not stand.',
    },
    STREAM_END: { value: 'stream_end', description: 'A broadcast ended.' },
    CONNECTION_TEST: {
      value: 'connection_test',
      description: 'A test delivery arrived. It changes nothing: newStatus is previousStatus.',
    },
  } as const,
})

/** Who told of a status by their stored names. */
export const StatusSourceEnum = builder.enumType('StatusSource', {
  values: {
    POLL: {
      value: 'poll',
      description: 'We asked the platform. Ends that were inferred from probes are of this source too.',
    },
    WEBHOOK: { value: 'webhook', description: 'The platform told us without being asked.' },
    OPERATOR: { value: 'operator', description: 'A person who runs this service.' },
    IMPORT: { value: 'import', description: 'Put in from the records of another system.' },
  } as const,
})

/** Where a record comes from; `observed` is stored as null. */
export const OriginEnum = builder.enumType('Origin', {
  values: {
    OBSERVED: { value: 'observed', description: 'This program observed it.' },
    IMPORT: { value: 'import', description: 'It was brought in from a file, with the command import.' },
    LEGACY: { value: 'legacy', description: 'It was taken over from the tables of a system from before.' },
  } as const,
})

/** What a caller may do. */
export const RoleEnum = builder.enumType('Role', { values: ['PUBLIC', 'OPERATOR', 'ADMIN'] as const })
