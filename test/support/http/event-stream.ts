import { type IncomingMessage, request } from 'node:http'
import { Inbox } from '../live/live-client.ts'

// biome-ignore lint/suspicious/noExplicitAny: results are as different as the documents
type Result = any

export type EventStreamOptions = {
  query: string
  variables?: object
  method?: 'GET' | 'POST'
  authorization?: string | undefined
  headers?: Record<string, string>
}

/**
 * The server-sent events of an operation, as a client that can stop reading sees them: each `next` as it comes, and `ended` once
 * the server has ended the stream.
 */
export const openEventStream = async (url: string, options: EventStreamOptions) => {
  const { query, variables = {}, method = 'POST', authorization, headers } = options
  const results = new Inbox<Result>()
  const asGet = new URLSearchParams({ query, variables: JSON.stringify(variables) })
  const outgoing = request(method === 'GET' ? `${url}?${asGet}` : url, {
    method,
    headers: {
      Accept: 'text/event-stream',
      ...(method === 'POST' && { 'Content-Type': 'application/json' }),
      ...(authorization && { Authorization: authorization }),
      ...headers,
    },
  })
  outgoing.end(method === 'POST' ? JSON.stringify({ query, variables }) : undefined)
  const response = await new Promise<IncomingMessage>((resolve, reject) =>
    outgoing.on('response', resolve).on('error', reject),
  )
  outgoing.on('error', () => undefined)
  const ended = new Promise<void>((resolve) => response.once('end', resolve))
  let text = ''
  response.setEncoding('utf8').on('data', (chunk: string) => {
    const events = (text + chunk).split('\n\n')
    text = events.pop()!
    for (const event of events) {
      const data = /^event: next\ndata: (.*)$/.exec(event)?.[1]
      if (data) results.put(JSON.parse(data))
    }
  })
  response.on('error', () => undefined)
  return { response, results, ended, [Symbol.dispose]: () => void outgoing.destroy() }
}
