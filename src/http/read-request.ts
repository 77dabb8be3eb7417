import type { IncomingMessage } from 'node:http'
import { ApiError } from '../lib/errors.ts'
import { namesDocument } from './trusted-operations.ts'

/** The largest request body. */
export const maxBodyBytes = 100_000

const refuse = (status: number, message: string, headers: Record<string, string> = {}): never => {
  throw new ApiError('BAD_USER_INPUT', message, { http: { status, headers } })
}

const utf8 = new TextDecoder('utf-8', { fatal: true })
const bodyTypes = ['application/json', 'application/graphql+json']
const answerTypes = /application\/(json|graphql-response\+json|\*)|text\/(event-stream|\*)|\*\/\*/

/** Refuses, before anything of it is read, what can be no GraphQL request. */
export const checkHead = ({ method, headers }: IncomingMessage): void => {
  if (method !== 'GET' && method !== 'POST')
    refuse(405, 'GraphQL is asked by GET or POST.', { Allow: 'GET, POST, OPTIONS' })
  // A foreign page can send the other types without asking first.
  if (method === 'POST' && !bodyTypes.includes((headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase()))
    refuse(415, 'The body must be of type application/json.')
  if (headers['content-encoding'] !== undefined && headers['content-encoding'] !== 'identity')
    refuse(415, 'The body must not be encoded.')
  if (headers.accept !== undefined && !answerTypes.test(headers.accept))
    refuse(406, 'Accept must allow application/json or application/graphql-response+json.')
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
    request.on('end', () => resolve(Buffer.concat(chunks)))
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
    body = JSON.parse(utf8.decode(bytes))
  } catch {
    return refuse(400, 'The body must be JSON in UTF-8.')
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    return refuse(400, 'The body must be one JSON object with a query.')
  if ('query' in body) return body
  if (namesDocument(body)) return { ...body, query: '' }
  return refuse(400, 'The body must have a query or a documentId.')
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
