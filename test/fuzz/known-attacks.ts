import type { Input } from './inputs.ts'

const post = (query: string, variables: object = {}, accept = 'application/json'): Input => ({
  kind: 'http',
  method: 'POST',
  target: '/graphql',
  headers: { 'content-type': 'application/json', accept },
  body: JSON.stringify({ query, variables }),
})
const get = (query: string): Input => ({
  kind: 'http',
  method: 'GET',
  target: `/graphql?query=${encodeURIComponent(query)}`,
  headers: {},
})
const socket = (query: string, variables: object = {}): Input => ({
  kind: 'websocket',
  frames: ['{"type":"connection_init"}', JSON.stringify({ id: '1', type: 'subscribe', payload: { query, variables } })],
})

const doubling = (on: string, times: number, end: string): string => {
  const chain = Array.from({ length: times }, (_, i) => `fragment F${i} on ${on} { ...F${i + 1} ...F${i + 1} }`)
  return `${chain.join(' ')} fragment F${times} on ${on} { ${end} }`
}

const documents = [
  `${'#'.repeat(33)}\n!`,
  `${'#'.repeat(14)}\n${'#'.repeat(14)}\n{ me { role }`,
  `${'#\n'.repeat(2_000)}!`,
  `{ ...F0 } ${doubling('Query', 60, '__typename')}`,
  `subscription { ...F0 } ${doubling('Subscription', 60, 'channelStatus { __typename }')}`,
  `{ channels { nodes { chatTotals { ...F0 } } } } ${doubling('ChatTotals', 60, '__typename')}`,
]
const order = 'query ($o: ChannelOrder) { channels(orderBy: $o) { nodes { id } } }'
const filter = 'query ($f: ChannelFilter) { channels(filter: $f) { nodes { id } } }'
const words = (times: number) => ({ o: ' Did you mean '.repeat(times) })
const fields = (count: number) => ({ f: Object.fromEntries(Array.from({ length: count }, (_, i) => [`field${i}`, i])) })

const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`

/** Inputs that once held the event loop, or were answered at great length, by every way that takes them. */
export const knownAttacks: readonly Input[] = [
  ...documents.flatMap((query) => [post(query), post(query, {}, 'text/event-stream'), get(query), socket(query)]),
  post(order, words(6_800)),
  socket(order, words(4_000)),
  post(filter, fields(5_000)),
  socket(filter, fields(4_000)),
  { kind: 'websocket', frames: [`{"type":"ping","payload":{"a":${deep}}}`] },
  {
    kind: 'http',
    method: 'POST',
    target: '/graphql',
    headers: { 'content-type': 'application/json' },
    body: `{"query":"{ me { role } }","variables":{"a":${deep}}}`,
  },
]
