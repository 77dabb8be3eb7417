import { hash } from 'node:crypto'
import { AwsV4Signer } from 'aws4fetch'
import { Agent, request } from 'undici'
import { backoffMs, sleep } from '../../lib/backoff.ts'
import { reasonText } from '../../lib/errors.ts'
import { checkKey, checkPrefix, type ObjectStore, ObjectStoreError } from './object-store.ts'

export type S3Options = {
  /** The endpoint with the bucket as its path. */
  url: string
  accessKeyId: string
  secretAccessKey: string
  /** How often a request is tried. */
  attempts?: number
  /** How long one attempt may go without any progress. */
  timeoutMs?: number
  /** Longest pause between two attempts. */
  maxPauseMs?: number
}

type Answer = { status: number; headers: Record<string, string | string[] | undefined>; body: Buffer }

type AskOptions = { body?: Buffer; sha256?: string; signal?: AbortSignal | undefined }

/** What a try came to; `again` when the same request may succeed later. */
type Attempt = { answer: Answer } | { again: ObjectStoreError }

type Method = 'PUT' | 'GET' | 'HEAD' | 'DELETE'

const retriable = new Set([408, 429, 500, 502, 503, 504])

const emptySha256 = hash('sha256', '')

/** The error code in the XML of an S3 error. */
const errorCode = (body: Buffer): string =>
  /<Code>(\w+)<\/Code>/.exec(body.subarray(0, 4_096).toString())?.[1] ?? 'no code'

/** The texts that the pattern finds between the tags of an element; keys of ours need no escaping. */
const elements = (xml: string, pattern: RegExp): string[] => Array.from(xml.matchAll(pattern), ([, text]) => text!)

/** Objects in a bucket of S3 or the like; requests are signed with the body's SHA-256, puts are looked at again. */
export const openS3Objects = (options: S3Options): ObjectStore => {
  const { url, accessKeyId, secretAccessKey, attempts = 4, timeoutMs = 30_000, maxPauseMs = 5_000 } = options
  const agent = new Agent({
    connections: 4,
    connect: { timeout: Math.min(timeoutMs, 10_000) },
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
  })

  const send = async (
    method: Method,
    key: string,
    body: Buffer | undefined,
    sha256: string,
    signal: AbortSignal | undefined,
  ): Promise<Attempt> => {
    const checksum = Buffer.from(sha256, 'hex').toString('base64')
    const signed = await new AwsV4Signer({
      method,
      url: `${url}/${key}`,
      headers: { 'x-amz-content-sha256': sha256, ...(method === 'PUT' && { 'x-amz-checksum-sha256': checksum }) },
      accessKeyId,
      secretAccessKey,
      service: 's3',
    }).sign()
    try {
      const response = await request(signed.url, {
        method,
        headers: Object.fromEntries(signed.headers),
        body: body ?? null,
        dispatcher: agent,
        signal: signal ?? null,
      })
      const received = Buffer.from(await response.body.arrayBuffer())
      if (retriable.has(response.statusCode))
        return { again: new ObjectStoreError(`${method} ${key} was answered ${response.statusCode}.`) }
      return { answer: { status: response.statusCode, headers: response.headers, body: received } }
    } catch (error) {
      signal?.throwIfAborted()
      return { again: new ObjectStoreError(`${method} ${key} was not answered (${reasonText(error)}).`, error) }
    }
  }

  const ask = (method: Method, key: string, options: AskOptions = {}): Promise<Answer> => {
    checkKey(key)
    return askFor(method, key.replaceAll('%', '%25'), options)
  }

  const askFor = async (
    method: Method,
    key: string,
    { body, sha256 = emptySha256, signal }: AskOptions,
  ): Promise<Answer> => {
    for (let failures = 0; ; failures++) {
      signal?.throwIfAborted()
      const attempt = await send(method, key, body, sha256, signal)
      if ('answer' in attempt) return attempt.answer
      if (failures + 1 >= attempts) throw attempt.again
      await sleep(backoffMs(failures, { baseMs: 200, maxMs: maxPauseMs }), signal)
    }
  }

  const refused = (what: string, { status, body }: Answer): ObjectStoreError =>
    new ObjectStoreError(
      `${what} was refused with ${status} (${errorCode(body)}).`,
      undefined,
      status === 401 || status === 403,
    )

  return {
    place: url,
    async put(key, body, sha256, signal) {
      const answer = await ask('PUT', key, { body, sha256, signal })
      if (answer.status !== 200) throw refused(`PUT ${key}`, answer)
      const kept = await ask('HEAD', key, { signal })
      if (kept.status !== 200) throw refused(`HEAD ${key}`, kept)
      const size = Number(kept.headers['content-length'])
      if (size !== body.length) throw new ObjectStoreError(`${key} has ${size} bytes after ${body.length} were sent.`)
    },
    async get(key, signal) {
      const answer = await ask('GET', key, { signal })
      if (answer.status === 404) return null
      if (answer.status !== 200) throw refused(`GET ${key}`, answer)
      return answer.body
    },
    async list(prefix, signal) {
      checkPrefix(prefix)
      const keys: string[] = []
      for (let next: string | undefined = ''; next !== undefined; ) {
        const query = new URLSearchParams({ 'list-type': '2', prefix, ...(next && { 'continuation-token': next }) })
        const answer = await askFor('GET', `?${query}`, { signal })
        if (answer.status !== 200) throw refused(`GET ${prefix}`, answer)
        const xml = answer.body.toString()
        keys.push(...elements(xml, /<Key>([^<]*)<\/Key>/g))
        next = elements(xml, /<NextContinuationToken>([^<]*)<\/NextContinuationToken>/g)[0]
      }
      return keys
    },
    async remove(key, signal) {
      const answer = await ask('DELETE', key, { signal })
      if (answer.status !== 204 && answer.status !== 200 && answer.status !== 404)
        throw refused(`DELETE ${key}`, answer)
    },
    async [Symbol.asyncDispose]() {
      await agent.close()
    },
  }
}
