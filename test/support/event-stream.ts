import { request } from 'node:http'
import { Inbox } from './live-client.ts'

// biome-ignore lint/suspicious/noExplicitAny: results are as different as the documents
type Result = any

/** The server-sent events of an operation: each `next` as it comes, and `ended` once the server has ended the stream. */
export const openEventStream = async (url: string, query: string, authorization?: string) => {
  const results = new Inbox<Result>()
  const outgoing = request(url, {
    method: 'POST',
    headers: {
      Accept: 'text/event-stream',
      'Content-Type': 'application/json',
      ...(authorization && { Authorization: authorization }),
    },
  })
  outgoing.end(JSON.stringify({ query }))
  const response = await new Promise<import('node:http').IncomingMessage>((resolve, reject) =>
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
