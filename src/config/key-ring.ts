import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto'

/** A key that encrypts the keys of values, under the id that stored values name it by. */
type ConfigKey = { readonly kid: string; readonly key: KeyObject }

/** The keys of a process: the first encrypts, all decrypt. */
export type KeyRing = readonly [ConfigKey, ...ConfigKey[]]

/** What a list of keys looks like, as the end of a sentence. */
export const keyListForm =
  'a comma-separated list of kid:key, each kid once and of 1 to 40 letters, digits, - or _, each key 32 bytes in base64'

const form = /^([A-Za-z0-9_-]{1,40}):([A-Za-z0-9+/]{43}=)$/

const readKey = (text: string): ConfigKey | null => {
  const [, kid, encoded] = form.exec(text.trim()) ?? []
  if (kid === undefined || encoded === undefined) return null
  const bytes = Buffer.from(encoded, 'base64')
  // Two spellings of one key would look like two keys.
  return bytes.toString('base64') === encoded ? { kid, key: createSecretKey(bytes) } : null
}

/** The keys of a list; null when it is not of the form that `keyListForm` describes. */
export const parseKeyRing = (text: string): KeyRing | null => {
  const keys = text.split(',').map(readKey)
  const known = keys.filter((key) => key !== null)
  const [first, ...others] = known
  if (first === undefined || known.length < keys.length) return null
  return new Set(known.map(({ kid }) => kid)).size === known.length ? [first, ...others] : null
}

/** A list of keys as text, as `parseKeyRing` reads it. */
export const keyListText = (ring: KeyRing): string =>
  `${ring.map(({ kid, key }) => `${kid}:${key.export().toString('base64')}`).join(',')}\n`

/** A new random key as one item of a list; its id is as random, so that keys made apart do not share one. */
export const newKeyText = (): string => `k${randomBytes(6).toString('hex')}:${randomBytes(32).toString('base64')}`
