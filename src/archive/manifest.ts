import { z } from 'zod'

const digits = z.string().regex(/^\d{1,20}$/)

const manifestShape = z.object({
  version: z.literal(1),
  env: z.string(),
  windowFrom: z.iso.datetime(),
  windowTo: z.iso.datetime(),
  rows: z.int().nonnegative(),
  objects: z.array(
    z.object({
      key: z.string(),
      rows: z.int().nonnegative(),
      bytes: z.int().nonnegative(),
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
      /** The sum, modulo 2^64, of the hashes of the rows, in decimal. */
      rowsHash: digits,
    }),
  ),
})

/** The objects of an archived window; an object that is in no manifest does not count. */
export type Manifest = z.infer<typeof manifestShape>

/** The stored bytes of a manifest; equal manifests give equal bytes. */
export const encodeManifest = (manifest: Manifest): Buffer => Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`)

/** The manifest in a JSON value; null when it is none. */
export const readManifest = (json: unknown): Manifest | null => manifestShape.safeParse(json).data ?? null

/** The manifest in the bytes; null when it is none. */
export const decodeManifest = (bytes: Buffer): Manifest | null => {
  try {
    return readManifest(JSON.parse(bytes.toString()))
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}
