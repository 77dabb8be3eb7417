import { hash } from 'node:crypto'
import zlib from 'node:zlib'
import type { Destination } from './destination.ts'
import { chunkKey } from './manifest.ts'

/** Keeps bytes under the hash of what they were before they were packed, so that the same are kept once. */
export type ChunkStore = {
  /** Resolves with the hash once the bytes are kept. */
  put(body: Buffer): Promise<string>
  /** Bytes that were written, packed; what was there already is not among them. */
  readonly written: { chunks: number; bytes: number }
}

/** Opens the chunks of a destination for writing. */
export const openChunkStore = async (destination: Destination, signal: AbortSignal): Promise<ChunkStore> => {
  const { objects } = destination
  const known = new Set(await objects.list('chunks/', signal))
  /** Those that are known to hold what they should. */
  const whole = destination.isGuarded ? known : new Set<string>()
  const written = { chunks: 0, bytes: 0 }
  return {
    written,
    async put(body) {
      const sha256 = hash('sha256', body)
      const key = chunkKey(sha256)
      // A file may have been cut off or changed since it was written, and would spoil this backup as well.
      if (whole.has(key) || (known.has(key) && (await readChunk(destination, sha256)) !== null)) {
        whole.add(key)
        return sha256
      }
      // Here and now, so that it has the priority of whoever puts it.
      const packed = zlib.gzipSync(body, { level: 1 })
      await objects.put(key, packed, hash('sha256', packed), signal)
      whole.add(key)
      written.chunks++
      written.bytes += packed.length
      return sha256
    },
  }
}

const unpack = (packed: Buffer): Buffer | null => {
  try {
    return zlib.gunzipSync(packed)
  } catch {
    return null
  }
}

/** The bytes of a chunk; null where it is missing or they are others. They are unpacked here and now, with the priority of whoever reads. */
export const readChunk = async ({ objects }: Destination, sha256: string): Promise<Buffer | null> => {
  const packed = await objects.get(chunkKey(sha256))
  const body = packed && unpack(packed)
  return body !== null && hash('sha256', body) === sha256 ? body : null
}
