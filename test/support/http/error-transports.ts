import { openSocket } from '../live/live-client.ts'
import type { Answer, TestApi } from './api.ts'

/** What is asked, and by whom. */
export type Question = { query: string; variables?: object; key?: string; id?: string }

/** An answer over HTTP: what its status line says, and its body. */
export type HttpAnswer = { status: number; requestId: string | null; body: Answer }

const post = ({ url }: TestApi, { query, variables, key }: Question, accept: string): Promise<Response> =>
  fetch(`${url}/graphql`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      Accept: accept,
      ...(key !== undefined && { Authorization: `Bearer ${key}` }),
    },
    body: JSON.stringify({ query, variables }),
  })

/** Asks by POST as clients of GraphQL over HTTP do. */
export const askHttp = async (api: TestApi, question: Question): Promise<HttpAnswer> => {
  const response = await post(api, question, 'application/graphql-response+json')
  return {
    status: response.status,
    requestId: response.headers.get('x-request-id'),
    body: (await response.json()) as Answer,
  }
}

/** Asks for a stream of events and reads what comes first: an event, or a refusal. */
export const askSse = async (api: TestApi, question: Question): Promise<HttpAnswer> => {
  const response = await post(api, question, 'text/event-stream')
  const requestId = response.headers.get('x-request-id')
  const { status } = response
  if (!response.headers.get('content-type')?.startsWith('text/event-stream'))
    return { status, requestId, body: (await response.json()) as Answer }
  let text = ''
  const decoder = new TextDecoder()
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    text += decoder.decode(chunk, { stream: true })
    const data = /^event: next\ndata: (.*)\n\n/m.exec(text)?.[1]
    if (data) return { status, requestId, body: JSON.parse(data) as Answer }
  }
  throw new Error(`the stream ended: ${text}`)
}

/** What a socket says to a question: an error message, a result, or its end. */
export type SocketAnswer =
  | { type: 'error'; payload: unknown }
  | { type: 'next'; payload: unknown }
  | { type: 'close'; code: number; reason: string }

/** Asks over a WebSocket of its own, which may be closed instead of let in. */
export const askSocket = async (api: TestApi, { query, variables, key, id = '1' }: Question): Promise<SocketAnswer> => {
  await using socket = await openSocket(`${api.url.replace('http', 'ws')}/graphql`)
  socket.send({ type: 'connection_init', ...(key !== undefined && { payload: { authorization: `Bearer ${key}` } }) })
  const first = await Promise.race([socket.closed, socket.inbox.next()])
  if ('code' in first) return { type: 'close', ...first }
  socket.subscribe(id, query, variables)
  const { type, payload } = await socket.inbox.next()
  if (type !== 'error' && type !== 'next') throw new Error(`unexpected ${type}`)
  return { type, payload }
}
