import { type Author, recordAction } from '../audit/record-action.ts'
import type { KeyRing } from '../config/key-ring.ts'
import { newUlid } from '../lib/ids.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'
import { insertErasure, unfinishedErasure } from './erasure-store.ts'
import { type ChatterSubject, sealSubject, subjectHashes } from './subject.ts'

/** Whether the text can be the id of an account, on any platform. */
export const isPlatformUserId = (text: string): boolean => /^[\x21-\x7e]{1,64}$/.test(text)

/**
 * Notes that a person is to be erased and returns the id of the erasure; the audit log has it, under a keyed hash in place of the person.
 * While an erasure of the same person is under way, that one goes on.
 */
export const requestChatterErasure = (
  { db, ring }: { db: Postgres; ring: KeyRing },
  author: Author,
  subject: ChatterSubject,
): Promise<string> =>
  db.transaction(async (tx) => {
    const hashes = subjectHashes(ring, subject)
    for (;;) {
      const known = await unfinishedErasure(tx, hashes)
      if (known) return known
      const id = newUlid()
      const { identity, requestId } = author
      const inserted = await insertErasure(tx, {
        id,
        kind: 'chatter',
        subjectHash: hashes[0],
        sealedSubject: sealSubject(ring, id, subject),
        requestedBy: { identity, requestId },
      })
      if (!inserted) continue
      await recordAction(tx, 'dm', author, {
        action: 'chatter.erase',
        target: `chatter:${hashes[0]}`,
        after: { erasure: id, platform: subject.platform },
      })
      return id
    }
  })
