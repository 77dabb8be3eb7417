import type { ListedSetting } from '../settings/list-settings.ts'
import { builder } from './builder.ts'
import { CategoryEnum } from './configuration.ts'

const SettingKindEnum = builder.enumType('SettingType', {
  description: 'What the value of a setting is.',
  values: {
    TEXT: { description: 'A text.' },
    URL: { description: 'A URL.' },
    WHOLE_NUMBER: { description: 'A number without a fraction.' },
    NUMBER: { description: 'A number, which may have a fraction.' },
    SWITCH: { description: '"on" or "off".' },
  } as const,
})

const SettingSourceEnum = builder.enumType('SettingSource', {
  description: 'Where a value comes from. An entry of the configuration wins over a variable of the environment.',
  values: {
    CONFIGURATION: { description: 'From the entry of this key.' },
    ENVIRONMENT: { description: 'From the variable, because there is no entry.' },
    DEFAULT: { description: 'From the program, because neither says anything.' },
  } as const,
})

const SettingType = builder.objectRef<ListedSetting>('Setting').implement({
  description: 'A setting of the running system as this process has it, or an entry that the system does not know.',
  authScopes: { admin: true },
  fields: (t) => ({
    key: t.exposeString('key', { description: 'The key of its entry, also where there is none.' }),
    isKnown: t.exposeBoolean('isKnown', { description: 'False for an entry that the system does not use.' }),
    category: t.expose('category', { type: CategoryEnum }),
    type: t.expose('kind', { type: SettingKindEnum, nullable: true, description: 'Null of an unknown entry.' }),
    range: t.exposeString('range', {
      nullable: true,
      description: 'What is allowed, as the end of the sentence "It must be …". Null of an unknown entry.',
    }),
    variable: t.exposeString('variable', {
      nullable: true,
      description: 'The variable of the environment that holds without an entry; null where there is none.',
    }),
    default: t.exposeString('default', {
      nullable: true,
      description: 'What holds where neither an entry nor the environment says anything; null where that is nothing.',
    }),
    value: t.exposeString('value', {
      nullable: true,
      description: 'The value now. Null where it is secret, and where there is none.',
    }),
    source: t.expose('source', { type: SettingSourceEnum }),
    valueWithoutEntry: t.exposeString('valueWithoutEntry', {
      nullable: true,
      description: 'What would hold without an entry. Null where it is secret, and where there would be none.',
    }),
    sourceWithoutEntry: t.expose('sourceWithoutEntry', {
      type: SettingSourceEnum,
      nullable: true,
      description: 'Where that would come from. Null of an unknown entry.',
    }),
    isSecret: t.exposeBoolean('isSecret', { description: 'Whether the value is never shown.' }),
    description: t.exposeString('description', { nullable: true }),
    warnings: t.exposeStringList('warnings', {
      description:
        'What the operator should know, a sentence each: that both an entry and a variable are set, or that a platform refuses it.',
    }),
    version: t.exposeInt('version', { nullable: true, description: 'Of the entry; null where there is none.' }),
    updatedAt: t.expose('updatedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the entry was last set; null where there is none.',
    }),
    updatedBy: t.exposeString('updatedBy', {
      nullable: true,
      description: 'Who last set the entry; null where there is none.',
    }),
  }),
})

builder.queryField('settings', (t) =>
  t.field({
    type: [SettingType],
    description:
      'Every setting that can be changed while the system runs, with its value now, and the entries that the system does not know. Warnings are those of the process that answers.',
    authScopes: { admin: true },
    resolve: (_, __, context) => context.listSettings(),
  }),
)
