import { type Manifest, readManifest } from '../archive/manifest.ts'
import { chatArchives } from '../resolvers/chat-archives.ts'
import { builder } from './builder.ts'
import { connectionOfType, forwardArguments } from './connection.ts'
import { idOf, NodeInterface } from './node.ts'

const ChatArchiveObjectType = builder.objectRef<Manifest['objects'][number]>('ChatArchiveObject').implement({
  description: 'A Parquet file of an archived hour.',
  authScopes: { operator: true },
  fields: (t) => ({
    key: t.exposeString('key'),
    rows: t.field({ type: 'BigInt', resolve: ({ rows }) => BigInt(rows) }),
    bytes: t.field({ type: 'BigInt', resolve: ({ bytes }) => BigInt(bytes) }),
    sha256: t.exposeString('sha256'),
  }),
})

/** An archived hour of chat. */
export const ChatArchiveType = builder.prismaObject('ChatArchiveLog', {
  name: 'ChatArchive',
  description: 'An hour of chat, by arrival, in the archive.',
  interfaces: [NodeInterface],
  authScopes: { operator: true },
  fields: (t) => ({
    id: t.id(idOf('ChatArchive')),
    windowFrom: t.expose('windowFrom', { type: 'DateTime' }),
    windowTo: t.expose('windowTo', { type: 'DateTime' }),
    rowsExported: t.expose('rowsExported', { type: 'BigInt' }),
    filesWritten: t.exposeInt('filesWritten'),
    success: t.exposeBoolean('success', { description: 'False while it is being written, or when that failed.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    objects: t.field({
      type: [ChatArchiveObjectType],
      resolve: ({ manifest }) => readManifest(manifest)?.objects ?? [],
    }),
  }),
})

builder.queryField('chatArchives', (t) =>
  t.field({
    type: connectionOfType(ChatArchiveType),
    description: 'The archived hours of chat, newest first.',
    authScopes: { operator: true },
    args: { ...forwardArguments },
    resolve: (_, args, context) => chatArchives(context, args),
  }),
)
