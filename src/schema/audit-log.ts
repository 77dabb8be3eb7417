import type { AuditEntry } from '../audit/read-actions.ts'
import { auditLog } from '../resolvers/audit-log.ts'
import { builder } from './builder.ts'
import { connectionOfType, forwardArguments } from './connection.ts'
import { RoleEnum } from './enums.ts'

/** The sides of the data model. */
export const AuditSideEnum = builder.enumType('AuditSide', {
  description: 'Which side of the data model an action changed.',
  values: {
    DM: { value: 'dm', description: 'Channels and what happens on them.' },
    PUBLIC: { value: 'public', description: 'Streamers, claims, settings and keys of this environment.' },
  } as const,
})

const AuditEntryType = builder.objectRef<AuditEntry>('AuditEntry').implement({
  description: 'Something that a caller changed, recorded together with the change; it holds no secret.',
  authScopes: { admin: true },
  fields: (t) => ({
    id: t.exposeID('id', { description: 'A ULID.' }),
    side: t.expose('side', { type: AuditSideEnum }),
    recordedAt: t.expose('recordedAt', { type: 'DateTime' }),
    subject: t.exposeString('subject', { nullable: true, description: 'Who acted.' }),
    name: t.exposeString('name', { nullable: true, description: 'As they were called then.' }),
    role: t.field({ type: RoleEnum, resolve: ({ role }) => role as never }),
    action: t.exposeString('action', { description: 'What they did, like "channel.track".' }),
    target: t.exposeString('target', { description: 'What they did it to, like "channel:42".' }),
    before: t.expose('before', { type: 'JSON', nullable: true }),
    after: t.expose('after', { type: 'JSON', nullable: true }),
    requestId: t.exposeString('requestId', { description: 'The request by which they did it.' }),
  }),
})

builder.queryField('auditLog', (t) =>
  t.field({
    type: connectionOfType(AuditEntryType, { admin: true }),
    description: 'What callers changed, newest first. subject, action and target are exact.',
    authScopes: { admin: true },
    args: {
      ...forwardArguments,
      side: t.arg({ type: AuditSideEnum }),
      subject: t.arg.string(),
      action: t.arg.string(),
      target: t.arg.string(),
    },
    resolve: (_, args, context) => auditLog(context, args),
  }),
)
