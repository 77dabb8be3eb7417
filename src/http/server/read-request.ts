import type { IncomingMessage } from 'node:http'
import type { GraphqlRequest } from '../../guard/guard.ts'
import { namesDocument } from '../../guard/trusted-operations.ts'
import { ApiError } from '../../lib/errors.ts'
import { deepestJson, parseShallowJson } from '../../lib/shallow-json.ts'
import { type AnswerTypes, answerTypesOf } from './answer-types.ts'

/** The largest request body. */
const maxBodyBytes = 100_000

const refuse = (status: number, message: string, headers: Record<string, string> = {}): never => {
  throw new ApiError('BAD_USER_INPUT', message, { http: { status, headers } })
}

const utf8 = new TextDecoder('utf-8', { fatal: true })
const bodyTypes = ['application/json', 'application/graphql+json']

/** Refuses what can be no GraphQL request, before any of its body is read; what the client takes for an answer. */
export const checkHead = ({ method, headers }: IncomingMessage): AnswerTypes => {
  if (method !== 'GET' && method !== 'POST')
    refuse(405, 'GraphQL is asked by GET or POST.', { Allow: 'GET, POST, OPTIONS' })
  // A foreign page can send the other types without asking first.
  if (method === 'POST' && !bodyTypes.includes((headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase()))
    refuse(415, 'The body must be of type application/json.')
  if (headers['content-encoding'] !== undefined && headers['content-encoding'] !== 'identity')
    refuse(415, 'The body must not be encoded.')
  const accepts = answerTypesOf(headers.accept)
  if (!accepts.json && !accepts.events)
    refuse(406, 'Accept must allow application/json or application/graphql-response+json.')
  return accepts
}

/** The body up to the limit; null where it is longer, and then the rest is read and forgotten, so that the connection stays usable. */
const readBytes = (request: IncomingMessage): Promise<Buffer | null> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= maxBodyBytes) chunks.push(chunk)
      else {
        chunks.length = 0
        resolve(null)
      }
    })
    request.on('end', () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)))
    request.on('error', reject)
  })

/**
 * The JSON object in the body of a request that `checkHead` let pass; refuses any other body. Where it names its document
 * instead of sending it, the query is empty.
 */
export const readBody = async (request: IncomingMessage): Promise<object> => {
  const bytes = await readBytes(request)
  if (bytes === null) return refuse(413, `The body must have at most ${maxBodyBytes} bytes.`)
  let body: unknown
  try {
    body = parseShallowJson(utf8.decode(bytes))
  } catch {
    return refuse(400, `The body must be JSON in UTF-8, of at most ${deepestJson} levels.`)
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    return refuse(400, 'The body must be one JSON object with a query.')
  if ('query' in body) return body
  if (namesDocument(body)) return { ...body, query: '' }
  return refuse(400, 'The body must have a query or a documentId.')
}

/** Refuses a request by GET with a parameter that has to be JSON and is not; Yoga would take it for a failure of ours. */
export const checkUrl = (url: string): void => {
  const given = new URLSearchParams(url.slice(url.indexOf('?') + 1))
  for (const name of ['variables', 'extensions']) {
    try {
      parseShallowJson(given.get(name) || 'null')
    } catch {
      refuse(400, `${name} must be JSON, of at most ${deepestJson} levels.`)
    }
  }
}

/** The parameters of a request by GET, read like a body: where the URL names its document, the query is empty. */
export const namedByUrl = <Params extends { query?: string; extensions?: unknown }>(
  params: Params,
  url: string,
): Params => {
  if (params.query !== undefined) return params
  const documentId = new URLSearchParams(url.slice(url.indexOf('?') + 1)).get('documentId')
  const named = { ...params, documentId, query: '' }
  return namesDocument(named) ? named : params
}

const parameters = new Set(['query', 'variables', 'operationName', 'extensions', 'documentId'])

const isObjectOrAbsent = (value: unknown): boolean =>
  value == null || (typeof value === 'object' && !Array.isArray(value))

/** The operation that a body asks for; null where Yoga has to say what is wrong with it. */
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
    for (const name of ['variables', 'extensions'])
      if (name in body) body[name] = parseShallowJson(body[name] as string)
  } catch {
    return undefined
  }
  return namedByUrl(body, url)
}

/** The operation that a request asks for, whose `body` came by POST; null where Yoga has to say what is wrong with it. */
export const operationOf = ({ method, url }: IncomingMessage, body: object | undefined): GraphqlRequest | null => {
  const sent = method === 'POST' ? body : bodyOfUrl(url!)
  return sent ? requestOf(sent) : null
}
