import { openSocket } from '../live/live-client.ts'

// biome-ignore lint/suspicious/noExplicitAny: answers are as different as the documents
type Shape = any

/** What a caller sends, whatever the transport. */
export type Asked = { query?: string; variables?: object; documentId?: string; extensions?: object }

/** What came back first; the status only where the transport has one. */
export type Told = {
  status?: number
  headers?: Headers
  data?: Shape
  errors?: { message: string; extensions: Shape }[]
  cost: { requested: number; maximum: number }
}

type Ask = (url: string, asked: Asked, headers?: Record<string, string>) => Promise<Told>

const toldBy = async (response: Response): Promise<Told> => {
  const text = await response.text()
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream')
  const { data, errors, extensions } = JSON.parse(isStream ? /^data: (.+)$/m.exec(text)![1]! : text)
  return { status: response.status, headers: response.headers, data, errors, cost: extensions?.cost }
}

const post: Ask = async (url, asked, headers = {}) =>
  toldBy(
    await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: JSON.stringify(asked),
    }),
  )

const get: Ask = async (url, asked, headers = {}) => {
  const parameters = Object.entries(asked).map(([name, value]): [string, string] => [
    name,
    typeof value === 'string' ? value : JSON.stringify(value),
  ])
  return toldBy(
    await fetch(`${url}/graphql?${new URLSearchParams(parameters)}`, {
      headers: { 'GraphQL-Require-Preflight': 'true', ...headers },
    }),
  )
}

const events: Ask = (url, asked, headers = {}) => post(url, asked, { Accept: 'text/event-stream', ...headers })

/** The protocol asks for a query, so it is empty where the document is named. */
const websocket: Ask = async (url, asked, { Authorization, ...headers } = {}) => {
  await using client = await openSocket(`${url.replace('http', 'ws')}/graphql`, { headers })
  client.send({ type: 'connection_init', payload: Authorization ? { authorization: Authorization } : {} })
  await client.inbox.next()
  client.send({ id: '1', type: 'subscribe', payload: { query: '', ...asked } })
  const { type, payload } = await client.inbox.next()
  if (type === 'error') return { errors: payload, cost: payload[0].extensions.cost }
  return { data: payload.data, errors: payload.errors, cost: payload.extensions.cost }
}

/** Every way to ask for an operation. */
export const transports: [string, Ask][] = [
  ['POST', post],
  ['GET', get],
  ['SSE', events],
  ['WebSocket', websocket],
]

/** The codes of the errors in an answer. */
export const codesOf = ({ errors = [] }: Told): string[] => errors.map(({ extensions }) => extensions.code)
