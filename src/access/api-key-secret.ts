import { hash, randomBytes } from 'node:crypto'

/** A new key: a readable beginning and 32 random bytes. It is shown once and stored nowhere. */
export const newSecret = (): string => `cs_key_${randomBytes(32).toString('base64url')}`

/** Whether a text has the form of our keys; any other text is refused without the database. */
export const isSecret = (text: string): boolean => /^cs_key_[\w-]{43}$/.test(text)

/** The SHA-256 of a credential. */
export const digestOf = (text: string): Buffer => hash('sha256', text, 'buffer')
