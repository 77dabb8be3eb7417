import { hash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import type { TrustMode } from '../config/access-variables.ts'
import { ConfigError } from '../lib/errors.ts'
import { ownPlace } from '../lib/own-folder.ts'

/** The texts of the documents that clients of ours send, by the SHA-256 of each in hexadecimal digits. */
export type TrustedOperations = ReadonlyMap<string, string>

/** Where the manifest of trusted operations is, which `npm run codegen` writes. */
export const trustedOperationsFile = ownPlace('trusted-operations.json')

const manifest = z.object({
  version: z.literal(1),
  operations: z.record(z.string(), z.object({ name: z.string(), document: z.string().min(1) })),
})

const wrong = (file: string, what: string): never => {
  throw new ConfigError(`${path.basename(file)} ${what}: make it anew with npm run codegen.`)
}

const readJson = (file: string): unknown => {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    return wrong(file, error instanceof SyntaxError ? 'is not JSON' : 'can not be read')
  }
}

/**
 * The manifest of trusted operations in a file. Throws a ConfigError where it is damaged, or missing although `mode` asks
 * for it.
 */
export const readTrustedOperations = (file: string, mode: TrustMode): TrustedOperations => {
  const json = readJson(file)
  if (json === undefined)
    return mode === 'off' ? new Map() : wrong(file, `is missing, and TRUSTED_OPERATIONS is ${mode}`)
  const { data } = manifest.safeParse(json)
  if (!data) return wrong(file, 'is no manifest of version 1')
  const operations = Object.entries(data.operations)
  const changed = operations.find(([id, { document }]) => hash('sha256', document) !== id)
  if (changed) return wrong(file, `has an id that is not the hash of its document (${changed[1].name})`)
  return new Map(operations.map(([id, { document }]) => [id, document]))
}

/** How a request may name its document instead of sending it. */
export type DocumentName = { documentId?: unknown; extensions?: unknown }

const nameOf = ({ documentId, extensions }: DocumentName): unknown =>
  documentId ??
  (extensions as { persistedQuery?: { sha256Hash?: unknown } } | null | undefined)?.persistedQuery?.sha256Hash

/** Whether a request names its document, by `documentId` or by `extensions.persistedQuery.sha256Hash`. */
export const namesDocument = (request: DocumentName): boolean => nameOf(request) != null

/** The text of the document that a request names; undefined where it is not among the trusted operations. */
export const namedDocument = (operations: TrustedOperations, request: DocumentName): string | undefined => {
  const name = nameOf(request)
  return typeof name === 'string' ? operations.get(name.replace(/^sha256:/, '')) : undefined
}
