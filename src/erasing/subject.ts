import { createHmac, type KeyObject } from 'node:crypto'
import type { KeyRing } from '../config/key-ring.ts'
import type { PlatformName } from '../platforms/platform.ts'
import { seal, unseal } from '../settings/envelope.ts'

/** A person of whom every message and follow is erased, in all channels of the platform. */
export type ChatterSubject = { kind: 'chatter'; platform: PlatformName; platformUserId: string }

/** A channel of which everything is erased. */
export type ChannelSubject = {
  kind: 'channel'
  channelId: bigint
  platform: PlatformName
  platformUserId: string
  /** Whether the platform had promised to deliver something of it. */
  isSubscribed: boolean
}

/** Whom or what an erasure is about. */
export type Subject = ChatterSubject | ChannelSubject

const hashLabel = 'channelscope erasure v1'

const hashWith = (key: KeyObject, { kind, platform, platformUserId }: Subject): string => {
  const hashKey = createHmac('sha256', key).update(hashLabel).digest()
  return createHmac('sha256', hashKey)
    .update(JSON.stringify([kind, platform, platformUserId]))
    .digest('hex')
}

/**
 * The keyed hashes of a subject, one for each key of the ring, as `kid.hash`; the first is the one to write. Whoever has the keys can check
 * whether somebody was erased. Nobody can find out who was without trying every id, and without the keys nobody can try.
 */
export const subjectHashes = (ring: KeyRing, subject: Subject): [string, ...string[]] => {
  const [first, ...others] = ring
  const hashOf = ({ kid, key }: KeyRing[number]) => `${kid}.${hashWith(key, subject)}`
  return [hashOf(first), ...others.map(hashOf)]
}

/** The row that a sealed subject belongs to. */
const contextOf = (id: string) => ({ env: 'dm', key: `erasure:${id}` })

/** The subject of an erasure, encrypted. */
export const sealSubject = (ring: KeyRing, id: string, subject: Subject): string => {
  const plain = subject.kind === 'channel' ? { ...subject, channelId: String(subject.channelId) } : subject
  return seal(ring, contextOf(id), JSON.stringify(plain))
}

/** What `sealSubject` encrypted; throws where this ring can not decrypt it. */
export const unsealSubject = (ring: KeyRing, id: string, sealed: string): Subject => {
  const opened = unseal(ring, contextOf(id), sealed)
  if (!opened.ok)
    throw new Error(
      `The subject can not be read with the CONFIG_KEYS of this node (${opened.reason}): give all nodes the same.`,
    )
  const plain = JSON.parse(opened.text) as Subject
  return plain.kind === 'channel' ? { ...plain, channelId: BigInt(plain.channelId) } : plain
}
