import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Identity } from '../access/identity.ts'
import type { CompiledReads } from '../compiled/compiled-reads.ts'
import type { GraphqlRequest, Prepared, Refused } from './guard.ts'
import type { OnOperation } from './metrics.ts'
import { observed } from './observe-operation.ts'
import { namedByUrl } from './read-request.ts'

/** Who asks, and what the guard says to it. */
export type Admission = { identity: Identity; prepared: Prepared | Refused }

/** One request on its way to an answer. */
export type LaneRequest = {
  message: IncomingMessage
  /** What was sent by POST, as JSON. */
  body: object | undefined
  requestId: string
  /** Identifies the caller and asks the guard, once for a request however often it is called. */
  admit(request: GraphqlRequest): Promise<Admission>
}

export type LaneOptions = { compiled: CompiledReads; onOperation: OnOperation | undefined }

/** Answers a request without Yoga where its operation is compiled; false where it did not, and nothing was sent. */
export type CompiledLane = (request: LaneRequest, response: ServerResponse) => Promise<boolean>

const json = 'application/json; charset=utf-8'
const graphqlJson = 'application/graphql-response+json; charset=utf-8'

/** What is answered to the Accept headers that clients send; others are left to Yoga. */
const answerTypes = new Map<string | undefined, string>([
  [undefined, json],
  ['*/*', json],
  ['application/json', json],
  ['application/json, */*', json],
  ['application/graphql-response+json', graphqlJson],
  ['application/graphql-response+json, application/json', graphqlJson],
  ['application/graphql-response+json,application/json;q=0.9', graphqlJson],
])

const parameters = new Set(['query', 'variables', 'operationName', 'extensions', 'documentId'])

const isObjectOrAbsent = (value: unknown): boolean =>
  value == null || (typeof value === 'object' && !Array.isArray(value))

/** The request that Yoga would make of a body; null where that is for Yoga to say. */
const requestOf = (body: object): GraphqlRequest | null => {
  for (const name in body) if (!parameters.has(name)) return null
  const { query, variables, operationName, extensions } = body as Record<string, unknown>
  const isPlain =
    typeof query === 'string' &&
    isObjectOrAbsent(variables) &&
    isObjectOrAbsent(extensions) &&
    (operationName == null || typeof operationName === 'string')
  return isPlain ? (body as GraphqlRequest) : null
}

/** The parameters of a URL as a body; undefined where one is there twice or is not JSON. */
const bodyOfUrl = (url: string): object | undefined => {
  const given = new URLSearchParams(url.slice(url.indexOf('?') + 1))
  const body = Object.fromEntries(given) as Record<string, unknown>
  if (given.size !== Object.keys(body).length) return undefined
  try {
    for (const name of ['variables', 'extensions']) if (name in body) body[name] = JSON.parse(body[name] as string)
  } catch {
    return undefined
  }
  return namedByUrl(body, url)
}

/** The lane of the operations that are compiled, for GET and POST. */
export const createCompiledLane =
  ({ compiled, onOperation }: LaneOptions): CompiledLane =>
  async ({ message, body, requestId, admit }, response) => {
    const type = answerTypes.get(message.headers.accept)
    const sent = message.method === 'POST' ? body : bodyOfUrl(message.url!)
    const request = sent && requestOf(sent)
    if (!type || !request) return false
    // Who is not let in is told so by Yoga, which admits the request again.
    const { identity, prepared } = await admit(request).catch((): Partial<Admission> => ({}))
    if (!identity || !prepared || 'errors' in prepared) return false
    const read = await compiled.bind({ ...prepared, identity })
    if (!read) return false
    const work = async () => ({ data: await compiled.read(read) })
    const { data } = await observed('http', prepared, requestId, work, onOperation)
    if (data === null) return false
    const text = `{"data":${data},"extensions":${JSON.stringify({ cost: prepared.cost })}}`
    response.writeHead(200, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(text) })
    response.end(text)
    return true
  }
