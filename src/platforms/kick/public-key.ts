import { createPublicKey, type KeyObject } from 'node:crypto'

const documentedKeyPem = `-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAq/+l1WnlRrGSolDMA+A8
6rAhMbQGmQ2SapVcGM3zq8ANXjnhDWocMqfWcTd95btDydITa10kDvHzw9WQOqp2
MZI7ZyrfzJuz5nhTPCiJwTwnEtWft7nV14BYRDHvlfqPUaZ+1KR4OCaO/wWIk/rQ
L/TjY0M70gse8rlBkbo2a8rKhu69RQTRsoaf4DVhDPEeSeI5jVrRDGAMGL3cGuyY
6CLKGdjVEM78g3JfYOvDU/RvfqD7L89TZ3iN94jrmWdGz34JNlEI5hqK8dd7C5EF
BEbZ5jgB8s8ReQV8H+MkuffjdAj3ajDDX3DOJMIut1lBrUVD1AaSrGCKHooWoL2e
twIDAQAB
-----END PUBLIC KEY-----
`

/** The key that Kick documents for its webhooks, where the API is Kick's own; of any other host no key is known. */
export const documentedKeyOf = (apiUrl: string): string | undefined =>
  new URL(apiUrl).host === 'api.kick.com' ? documentedKeyPem : undefined

const publicKeyPem = /^\s*-----BEGIN PUBLIC KEY-----[A-Za-z0-9+/=\s]+-----END PUBLIC KEY-----\s*$/

/** The key in a PEM if signatures of it may be trusted, else why not: only RSA of 2,048 to 8,192 bits is accepted. */
export const readPublicKey = (pem: unknown): KeyObject | string => {
  if (typeof pem !== 'string' || !publicKeyPem.test(pem)) return 'it is not a public key in PEM'
  let key: KeyObject
  try {
    key = createPublicKey(pem)
  } catch {
    return 'it can not be read'
  }
  if (key.asymmetricKeyType !== 'rsa') return `it is of type ${key.asymmetricKeyType} and not RSA`
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0
  return bits >= 2_048 && bits <= 8_192 ? key : `it has ${bits} bits and not 2,048 to 8,192`
}

/** A key that signatures are accepted of, until an instant in milliseconds. */
export type AcceptedKey = { key: KeyObject; until: number }

/** For how long a key is accepted after another has taken its place. */
const overlapMs = 24 * 60 * 60_000

/** The accepted keys once the platform has named its key, that one first; of the keys before it one stays for a day. */
export const adoptKey = (accepted: readonly AcceptedKey[], named: KeyObject, now: number): AcceptedKey[] => {
  const previous = accepted.find(({ key, until }) => until > now && !key.equals(named))
  const kept = previous ? [{ key: previous.key, until: Math.min(previous.until, now + overlapMs) }] : []
  return [{ key: named, until: Number.POSITIVE_INFINITY }, ...kept]
}
