import { generateKeyPair, type KeyObject, sign } from 'node:crypto'
import { promisify } from 'node:util'

type KeyPair = { privateKey: KeyObject; publicKeyPem: string }

/** The RSA key of the simulated platform. */
export type SigningKey = {
  /** The public key as PEM. */
  publicKeyPem(): Promise<string>
  /** PKCS #1 v1.5 signature with SHA-256 in base64. */
  sign(data: Buffer): Promise<string>
  /** Replaces the key by a new one. */
  rotate(): Promise<void>
}

const generate = promisify(generateKeyPair)

const makeKey = async (): Promise<KeyPair> => {
  const { privateKey, publicKey } = await generate('rsa', { modulusLength: 2048 })
  return { privateKey, publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }).toString() }
}

/** A key of 2,048 bits, made at the first use. */
export const createSigningKey = (): SigningKey => {
  let key: Promise<KeyPair> | undefined
  const current = (): Promise<KeyPair> => {
    key ??= makeKey()
    return key
  }
  return {
    publicKeyPem: async () => (await current()).publicKeyPem,
    async sign(data) {
      const { privateKey } = await current()
      // With a callback it does not block the event loop: a signature takes longer than the rest of a delivery.
      return new Promise((resolve, reject) =>
        sign('sha256', data, privateKey, (error, signature) =>
          error ? reject(error) : resolve(signature.toString('base64')),
        ),
      )
    },
    async rotate() {
      const next = await makeKey()
      key = Promise.resolve(next)
    },
  }
}
