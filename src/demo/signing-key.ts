import { generateKeyPair, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'

/** The RSA key pair of the simulated platform. */
export type SigningKey = { privateKey: KeyObject; publicKeyPem: string }

const generate = promisify(generateKeyPair)

/** Makes a 2,048-bit RSA key pair at the first call and returns the same one afterwards. */
export const lazySigningKey = (): (() => Promise<SigningKey>) => {
  let key: Promise<SigningKey> | undefined
  return () => {
    key ??= generate('rsa', { modulusLength: 2048 }).then(({ privateKey, publicKey }) => ({
      privateKey,
      publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    }))
    return key
  }
}
