/** Keeps named byte strings: whole or not at all, replaced by what is put under the same key. Failures are ObjectStoreErrors. */
export type ObjectStore = AsyncDisposable & {
  /** Where the objects are, for people; holds no secret. */
  readonly place: string
  /** Resolves once all bytes are kept durably under the key and are those of the SHA-256 (in hexadecimal). */
  put(key: string, body: Buffer, sha256: string, signal?: AbortSignal): Promise<void>
  /** The bytes under a key; null when there are none. */
  get(key: string, signal?: AbortSignal): Promise<Buffer | null>
  /** The keys that begin with a prefix, in order, with what interrupted puts have left behind. The prefix ends with a slash. */
  list(prefix: string, signal?: AbortSignal): Promise<string[]>
  /** Resolves once nothing is kept under the key. */
  remove(key: string, signal?: AbortSignal): Promise<void>
}

/** The store could not do what it was asked to. The message names the key and never a secret. */
export class ObjectStoreError extends Error {
  /** Whether the store does not accept who asks. */
  readonly isRefusal: boolean

  constructor(message: string, cause?: unknown, isRefusal = false) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'ObjectStoreError'
    this.isRefusal = isRefusal
  }
}

/** Refuses, with a TypeError, keys that are not plain relative paths. ClickHouse has `%2E` in names of files for a point. */
export const checkKey = (key: string): void => {
  const parts = key.split('/')
  if (key.length > 512 || !parts.every((part) => /^[\w.=%-]+$/.test(part) && !/^\.+$/.test(part)))
    throw new TypeError(`${JSON.stringify(key)} is not an object key.`)
}

/** Refuses, with a TypeError, prefixes that are not those of a folder. */
export const checkPrefix = (prefix: string): void => {
  if (!prefix.endsWith('/')) throw new TypeError(`${JSON.stringify(prefix)} is not the prefix of a folder.`)
  checkKey(prefix.slice(0, -1))
}
