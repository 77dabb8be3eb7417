import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose'

/** How the issuer answers who asks for its keys. */
export type IssuerMode = 'up' | 'down' | 'silent' | 'nonsense'

type SigningKey = { kid: string; alg: string; privateKey: CryptoKey; published: JWK }

/** Whoever signs tokens: publishes public keys over HTTP and can rotate them. */
export const startIssuer = async () => {
  const keys: SigningKey[] = []
  let mode: IssuerMode = 'up'
  let asked = 0
  const server = createServer((_, response) => {
    asked++
    if (mode === 'silent') return
    if (mode === 'down') return void response.writeHead(503).end()
    if (mode === 'nonsense') return void response.end('<html>')
    response.end(JSON.stringify({ keys: keys.map(({ published }) => published) }))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  const newKey = async (kid: string, alg = 'ES256'): Promise<SigningKey> => {
    const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
    return { kid, alg, privateKey, published: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } }
  }
  const sign = ({ kid, alg, privateKey }: SigningKey, claims: JWTPayload): Promise<string> =>
    new SignJWT(claims).setProtectedHeader({ alg, kid }).sign(privateKey)

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`,
    keys,
    newKey,
    sign,
    /** Publishes a new key beside the others. */
    async publish(kid: string, alg?: string): Promise<SigningKey> {
      const key = await newKey(kid, alg)
      keys.push(key)
      return key
    },
    /** Publishes no keys but these from now on. */
    keep(...kids: string[]): void {
      keys.splice(0, keys.length, ...keys.filter(({ kid }) => kids.includes(kid)))
    },
    behave(next: IssuerMode): void {
      mode = next
    },
    get asked() {
      return asked
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

export type Issuer = Awaited<ReturnType<typeof startIssuer>>
