import type { IncomingMessage } from 'node:http'
import { ApiError } from '../../lib/errors.ts'

/** The most headers of a request; browsers and proxies together send about forty. */
const maxHeaders = 100

// Where one of these is there twice, a proxy and this server may each believe another one.
const single: ReadonlySet<string> = new Set(['host', 'origin', 'authorization'])

const refuse = (status: number, message: string): ApiError =>
  new ApiError('BAD_USER_INPUT', message, { http: { status } })

/** Why the headers of a request can not be believed, as an error with its status; null where they can. */
export const faultOfHead = ({ rawHeaders }: Pick<IncomingMessage, 'rawHeaders'>): ApiError | null => {
  if (rawHeaders.length > 2 * maxHeaders) return refuse(431, `A request must have at most ${maxHeaders} headers.`)
  const seen: string[] = []
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!.toLowerCase()
    if (!single.has(name)) continue
    if (seen.includes(name)) return refuse(400, `A request must have the header ${rawHeaders[i]} only once.`)
    seen.push(name)
  }
  return null
}

/** Whether a request asks for WebSocket. Any other protocol that it offers is nothing that has to be accepted. */
export const asksForWebsocket = ({ headers }: Pick<IncomingMessage, 'headers'>): boolean =>
  headers.upgrade?.toLowerCase() === 'websocket'
