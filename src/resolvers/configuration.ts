import type { Change } from '../settings/check-change.ts'
import type { Entry } from '../settings/configuration.ts'
import type { Context } from './context.ts'
import { type InvalidInput, invalidInput, type NotFound, notFound } from './problems.ts'

/** The entry has another version than the caller expected. */
export type VersionConflict = { __typename: 'VersionConflict'; code: string; message: string; current: Entry }

export type SetConfigurationSuccess = { __typename: 'SetConfigurationSuccess'; entry: Entry }
export type DeleteConfigurationSuccess = { __typename: 'DeleteConfigurationSuccess'; key: string }

/** Makes or replaces an entry. */
export const setConfiguration = async (
  context: Context,
  change: Change,
): Promise<SetConfigurationSuccess | InvalidInput | VersionConflict> => {
  const outcome = await context.configuration.set(change, context)
  switch (outcome.kind) {
    case 'set':
      return { __typename: 'SetConfigurationSuccess', entry: outcome.entry }
    case 'invalid':
      return invalidInput(outcome.argument, outcome.message)
    case 'conflict':
      return {
        __typename: 'VersionConflict',
        code: 'VERSION_CONFLICT',
        message: `expectedVersion must be ${outcome.current.version}, the version of "${outcome.current.key}" now.`,
        current: outcome.current,
      }
  }
}

/** Removes an entry. */
export const deleteConfiguration = async (
  context: Context,
  { key }: { key: string },
): Promise<DeleteConfigurationSuccess | NotFound> =>
  (await context.configuration.remove(key, context))
    ? { __typename: 'DeleteConfigurationSuccess', key }
    : notFound('There is no entry with this key.')
