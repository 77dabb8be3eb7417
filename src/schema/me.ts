import type { Identity } from '../access/identity.ts'
import { builder } from './builder.ts'
import { RoleEnum } from './enums.ts'

const Me = builder.objectRef<Identity>('Me').implement({
  description: 'Who the caller is to this server.',
  fields: (t) => ({
    role: t.expose('role', { type: RoleEnum }),
    name: t.exposeString('name', { nullable: true }),
    subject: t.exposeString('subject', {
      nullable: true,
      description:
        'What the audit log calls the caller, such as "key:" with the id of an API key; null without a key or token.',
    }),
  }),
})

builder.queryField('me', (t) => t.field({ type: Me, resolve: (_, _args, { identity }) => identity }))
