import {
  type DeleteConfigurationSuccess,
  deleteConfiguration,
  type SetConfigurationSuccess,
  setConfiguration,
  type VersionConflict,
} from '../resolvers/configuration.ts'
import type { Entry } from '../settings/configuration.ts'
import { adminMutation, builder } from './builder.ts'
import { InvalidInputType, NotFoundType, Problem, resultOf } from './problem.ts'

/** Categories by their stored names. */
export const CategoryEnum = builder.enumType('ConfigurationCategory', {
  values: {
    AUTH: { value: 'auth' },
    DATABASE: { value: 'database' },
    MONITORING: { value: 'monitoring' },
    SYSTEM: { value: 'system' },
  } as const,
})

const EntryType = builder.objectRef<Entry>('ConfigurationEntry').implement({
  description: 'A setting of this environment.',
  authScopes: { admin: true },
  fields: (t) => ({
    key: t.exposeString('key'),
    version: t.exposeInt('version', { description: 'Counts the changes, from 1.' }),
    value: t.exposeString('value', { nullable: true, description: 'Null where it is encrypted.' }),
    description: t.exposeString('description', { nullable: true }),
    category: t.expose('category', { type: CategoryEnum }),
    isEncrypted: t.exposeBoolean('isEncrypted'),
    updatedAt: t.expose('updatedAt', { type: 'DateTime' }),
    updatedBy: t.exposeString('updatedBy'),
  }),
})

const VersionConflictType = builder.objectRef<VersionConflict>('VersionConflict').implement({
  description: 'The entry is not the version that was to be replaced.',
  authScopes: { admin: true },
  interfaces: [Problem],
  fields: (t) => ({ current: t.expose('current', { type: EntryType }) }),
})

const SetConfigurationSuccessType = builder.objectRef<SetConfigurationSuccess>('SetConfigurationSuccess').implement({
  authScopes: { admin: true },
  fields: (t) => ({ entry: t.expose('entry', { type: EntryType }) }),
})

const DeleteConfigurationSuccessType = builder
  .objectRef<DeleteConfigurationSuccess>('DeleteConfigurationSuccess')
  .implement({ authScopes: { admin: true }, fields: (t) => ({ key: t.exposeString('key') }) })

builder.queryField('configuration', (t) =>
  t.field({
    type: [EntryType],
    description: 'By key; at most 1000.',
    authScopes: { admin: true },
    args: {
      category: t.arg({ type: CategoryEnum, description: 'Only entries of this category.' }),
      key: t.arg.string({ description: 'Only the entry with exactly this key.' }),
    },
    resolve: (_, only, context) => context.configuration.list(only),
  }),
)

builder.mutationFields((t) => ({
  setConfiguration: t.field({
    type: resultOf('SetConfigurationResult', [SetConfigurationSuccessType, InvalidInputType, VersionConflictType]),
    description: 'Makes or replaces an entry. The settings of the running system take effect within seconds.',
    ...adminMutation,
    args: {
      key: t.arg.string({
        required: true,
        description: 'Words of lowercase letters and digits, joined by "." or "_".',
      }),
      value: t.arg.string({ required: true, description: 'At most 65536 bytes.' }),
      category: t.arg({ type: CategoryEnum, required: true }),
      description: t.arg.string({
        description: 'At most 1000 characters; the one there is stays when this is left out.',
      }),
      encrypt: t.arg.boolean({
        description:
          'Whether the value is encrypted and never shown again; always so where the key says secret, password or token. Left out, an encrypted entry stays encrypted.',
      }),
      expectedVersion: t.arg.int({
        description: 'The version that is to be replaced, 0 for a new key; left out, whatever there is.',
      }),
    },
    resolve: (_, args, context) => setConfiguration(context, args),
  }),
  deleteConfiguration: t.field({
    type: resultOf('DeleteConfigurationResult', [DeleteConfigurationSuccessType, NotFoundType]),
    description: 'Removes an entry; a setting of the running system is then as the environment has it.',
    ...adminMutation,
    args: { key: t.arg.string({ required: true }) },
    resolve: (_, args, context) => deleteConfiguration(context, args),
  }),
}))
