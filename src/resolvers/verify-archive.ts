import type { ChatArchiveLog } from '../../prisma/generated/client/client.ts'
import { readManifest } from '../archive/manifest.ts'
import type { Verdict } from '../archive/verify-archive.ts'
import { recordAction } from '../audit/record-action.ts'
import { findChatArchives } from './chat-archives.ts'
import type { Context } from './context.ts'
import { requireNode } from './global-id.ts'
import { type InvalidInput, invalidInput, type NotFound, notFound } from './problems.ts'

/** How long an answer waits for a verification, which goes on after that. */
const patienceMs = 10_000

export type VerifyArchiveSuccess = {
  __typename: 'VerifyArchiveSuccess'
  archive: ChatArchiveLog
  /** Null while it is being read. */
  verdict: Verdict | null
}

/** What came of a verification, as a sentence. */
export const verdictSentence = (verdict: Verdict | null): string => {
  if (!verdict) return 'It is still being read: ask again for the result.'
  const { objects, rows, bytes, problems } = verdict
  if (problems.length > 0) return `Damaged: ${problems.join('; ')}.`
  return `Intact: ${rows} rows and ${bytes} bytes in ${objects} ${objects === 1 ? 'object' : 'objects'} are as they were archived.`
}

/** Reads an archived hour back, compares it with what was archived, and waits a while for the result. */
export const verifyArchive = async (
  context: Context,
  { id }: { id: string },
): Promise<VerifyArchiveSuccess | NotFound | InvalidInput> => {
  const { databases, operations } = context
  const key = requireNode('id', 'ChatArchive', id)
  const archive = (await findChatArchives(context, [key])).get(key)
  if (!archive) return notFound('There is no archived hour with this id.')
  const { windowFrom: from, windowTo: to, success } = archive
  const manifest = success ? readManifest(archive.manifest) : null
  if (!manifest) return invalidInput('id', 'id must be that of an hour whose archive is complete.')
  await databases.dm.transaction((tx) =>
    recordAction(tx, 'dm', context, { action: 'archive.verify', target: `archive:${key}`, after: { hour: from } }),
  )
  const next = readManifest(archive.nextManifest)
  const verdict = await operations.archives.verify({ from, to, manifest, next }, patienceMs)
  return { __typename: 'VerifyArchiveSuccess', archive, verdict }
}
