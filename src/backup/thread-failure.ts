import pg from 'pg'
import { ConfigError } from '../lib/errors.ts'
import { ObjectStoreError } from '../stores/objects/object-store.ts'
import { databaseOf, ofDatabase } from '../stores/postgres/failure.ts'

/** The kinds by which failures are told apart; messages between threads keep none of them. */
const kinds: readonly (abstract new (...args: never[]) => Error)[] = [
  ConfigError,
  ObjectStoreError,
  pg.DatabaseError,
  Error,
]

/** A failure as another thread gets it; `url` is that of the database that it is of. */
export type ThreadFailure = { kind: number; fields: Record<string, unknown>; url: string | undefined }

/** Takes a failure apart, so that a thread can tell it. Of its fields only plain values go along. */
export const packFailure = (error: unknown): ThreadFailure => {
  const thrown = error instanceof Error ? error : new Error(String(error))
  const { name, message, stack } = thrown
  const plain = Object.entries(thrown).filter(([, value]) => /^(string|number|boolean)$/.test(typeof value))
  return {
    kind: kinds.findIndex((kind) => thrown instanceof kind),
    fields: { ...Object.fromEntries(plain), name, message, stack },
    url: databaseOf(error),
  }
}

/** The failure that a thread has told, of the kind that it was. */
export const unpackFailure = ({ kind, fields, url }: ThreadFailure): Error =>
  ofDatabase(Object.assign(Object.setPrototypeOf(new Error(), kinds[kind]!.prototype), fields), url)
