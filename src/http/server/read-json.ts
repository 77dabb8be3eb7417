import type { IncomingMessage } from 'node:http'
import type { z } from 'zod'
import { ApiError } from '../../lib/errors.ts'
import { parseShallowJson } from '../../lib/shallow-json.ts'

export type JsonBody<T> = {
  shape: z.ZodType<T>
  maxBytes: number
  /** The rest of the sentence "The body must be …". */
  must: string
}

const refuse = (status: number, message: string): never => {
  throw new ApiError('BAD_USER_INPUT', message, { http: { status, headers: { Connection: 'close' } } })
}

/** What a short body of JSON says; refuses any other body. */
export const readJson = async <T>(request: IncomingMessage, { shape, maxBytes, must }: JsonBody<T>): Promise<T> => {
  // A page of another origin can not send this type without asking first.
  if (request.headers['content-type']?.split(';')[0]?.trim().toLowerCase() !== 'application/json')
    return refuse(415, 'The body must be of type application/json.')
  const chunks: Buffer[] = []
  let size = 0
  // Read to its end even where it is too long: leaving it would cut the connection before the answer.
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size <= maxBytes) chunks.push(chunk)
  }
  if (size > maxBytes) return refuse(413, `The body must have at most ${maxBytes} bytes.`)
  try {
    return shape.parse(parseShallowJson(Buffer.concat(chunks).toString()))
  } catch {
    return refuse(400, `The body must be ${must}.`)
  }
}
