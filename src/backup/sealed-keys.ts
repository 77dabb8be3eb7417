import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto'
import { promisify } from 'node:util'
import { z } from 'zod'
import { ConfigError } from '../lib/errors.ts'

/** The keys of a system: those of its first callers, and those that encrypt its secrets. Each is the text of its file. */
const keysShape = z.object({ callers: z.string().nullable(), config: z.string() })
export type Keys = z.infer<typeof keysShape>

// What a guess costs: 64 MB and a fraction of a second.
const cost = { N: 65_536, r: 8, p: 1, maxmem: 128 * 1024 ** 2 }
const derive = promisify<string, Buffer, number, typeof cost, Buffer>(scrypt)

const magic = Buffer.from('channelscope keys 1\n')
const [saltBytes, ivBytes, tagBytes] = [16, 12, 16]

/** Encrypts the keys under a passphrase, by scrypt and AES-256-GCM. They open only together with what they are `of`: the hash of a manifest. */
export const sealKeys = async (keys: Keys, passphrase: string, of: string): Promise<Buffer> => {
  const salt = randomBytes(saltBytes)
  const iv = randomBytes(ivBytes)
  const cipher = createCipheriv('aes-256-gcm', await derive(passphrase, salt, 32, cost), iv).setAAD(
    Buffer.concat([magic, Buffer.from(of)]),
  )
  const body = Buffer.concat([cipher.update(JSON.stringify(keys)), cipher.final()])
  return Buffer.concat([magic, salt, iv, cipher.getAuthTag(), body])
}

/** Keys that are whole do not open. Most likely the passphrase is another one; a manifest that somebody has changed does the same. */
export class WrongPassphrase extends ConfigError {
  constructor(id: string) {
    super(
      `The keys of backup ${id} do not open with this passphrase: give the one that they were saved with (if this is it, somebody has changed the manifest).`,
    )
    this.name = 'WrongPassphrase'
  }
}

/** Opens what was sealed; null where the passphrase is another one, or what they are `of`. */
export const openKeys = async (sealed: Buffer, passphrase: string, of: string): Promise<Keys | null> => {
  try {
    let at = magic.length
    const next = (bytes: number): Buffer => {
      at += bytes
      return sealed.subarray(at - bytes, at)
    }
    const [salt, iv, tag] = [next(saltBytes), next(ivBytes), next(tagBytes)]
    const decipher = createDecipheriv('aes-256-gcm', await derive(passphrase, salt, 32, cost), iv)
    decipher.setAAD(Buffer.concat([sealed.subarray(0, magic.length), Buffer.from(of)])).setAuthTag(tag)
    const body = Buffer.concat([decipher.update(sealed.subarray(at)), decipher.final()])
    return keysShape.parse(JSON.parse(body.toString('utf8')))
  } catch {
    return null
  }
}
