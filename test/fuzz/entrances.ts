import fc from 'fast-check'
import type { GraphQLSchema } from 'graphql'
import { everyBody } from '../support/platforms/kick-bodies.ts'
import { twitchDelivery } from '../support/platforms/twitch-delivery.ts'
import type { Signer } from '../support/platforms/webhook-signer.ts'
import { type Question, questions } from './documents.ts'
import { damaged, type Input, jsonText, type Texts } from './inputs.ts'

export type EntranceOptions = {
  schema: GraphQLSchema
  texts: Texts
  adminKey: string
  kick: Signer
  twitchSecret: string
}

const longestTarget = 14_000
const longestHeader = 4_000
const longestFrame = 60_000
const longestArgument = 20_000

const query = (name: string, value: string): string =>
  `${encodeURIComponent(name)}=${encodeURIComponent(value.toWellFormed()).slice(0, longestTarget)}`

/** A value as a header may have it. */
const headerValue = (text: string): string => text.replace(/[^\x20-\x7e]/g, '').slice(0, longestHeader)

const bodyOf = ({ query, variables }: Question): string =>
  `{"query":${JSON.stringify(query)},"variables":${variables || 'null'}}`

/** Requests for /graphql: by POST, by GET, and for a stream of events. */
const graphql = ({ schema, texts, adminKey }: EntranceOptions): fc.Arbitrary<Input> => {
  const asked = questions(schema, texts)
  const key = fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom(undefined, adminKey) },
    { weight: 1, arbitrary: texts.short },
  )
  const accept = fc.constantFrom('application/json', 'text/event-stream', 'application/json;q=0.9', '*/*')
  const header = fc.tuple(
    fc.constantFrom('accept', 'origin', 'x-forwarded-for', 'cookie', 'traceparent', 'if-none-match', 'x-odd'),
    texts.any,
  )
  const sent = fc.oneof(
    { weight: 8, arbitrary: asked.map(bodyOf) },
    { weight: 1, arbitrary: damaged(asked.map(bodyOf), texts) },
    { weight: 1, arbitrary: jsonText(texts) },
  )
  const headersOf = (key: string | undefined, accept: string, [name, value]: [string, string], odd: boolean) => ({
    accept,
    ...(key !== undefined && { authorization: headerValue(`Bearer ${key}`) }),
    ...(odd && { [name]: headerValue(value) }),
  })
  const once = fc.integer({ min: 0, max: 4 }).map((n) => n === 0)
  return fc
    .tuple(sent, asked, fc.integer({ min: 0, max: 3 }), key, accept, header, once)
    .map(([body, question, by, key, accept, header, odd]): Input => {
      const headers = headersOf(key, accept, header, odd)
      if (by > 0)
        return {
          kind: 'http',
          method: 'POST',
          target: '/graphql',
          headers: { 'content-type': 'application/json', ...headers },
          body,
        }
      const target = `/graphql?${query('query', question.query)}&${query('variables', question.variables)}`.slice(
        0,
        longestTarget,
      )
      return { kind: 'http', method: 'GET', target, headers }
    })
}

const websocket = ({ schema, texts }: EntranceOptions): fc.Arbitrary<Input> => {
  const begin = fc.oneof(
    { weight: 6, arbitrary: fc.constant('{"type":"connection_init"}') },
    {
      weight: 1,
      arbitrary: jsonText(texts).map((payload) => `{"type":"connection_init","payload":${payload || '1'}}`),
    },
  )
  const id = fc
    .oneof({ weight: 15, arbitrary: fc.constantFrom('a', 'b', 'c') }, { weight: 1, arbitrary: texts.any })
    .map((text) => JSON.stringify(text))
  const subscribe = fc
    .tuple(id, questions(schema, texts))
    .map(([id, question]) => `{"id":${id},"type":"subscribe","payload":${bodyOf(question)}}`)
  const frame = fc.oneof(
    { weight: 20, arbitrary: subscribe },
    { weight: 6, arbitrary: id.map((id) => `{"id":${id},"type":"complete"}`) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.constantFrom('ping', 'pong', 'next', 'error', 'odd'), jsonText(texts))
        .map(([type, payload]) => `{"type":"${type}","payload":${payload || '1'}}`),
    },
    { weight: 1, arbitrary: damaged(subscribe, texts) },
    { weight: 1, arbitrary: jsonText(texts) },
  )
  return fc.tuple(begin, fc.array(frame, { minLength: 1, maxLength: 6 })).map(
    ([first, others]): Input => ({
      kind: 'websocket',
      frames: [first, ...others].map((text) => text.slice(0, longestFrame)),
    }),
  )
}

const webhooks = ({ texts, kick, twitchSecret }: EntranceOptions): fc.Arbitrary<Input> => {
  const genuine = fc.constantFrom(...Object.entries(everyBody))
  const value = jsonText(texts)
  /** A body of which one field has another value. */
  const changed = fc.tuple(genuine, fc.nat(), value).map(([[type, body], at, value]) => {
    const names = Object.keys(body)
    const name = names[at % names.length]!
    const rest = Object.entries(body).filter(([other]) => other !== name)
    const parts = rest.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`)
    return [type, `{${[...parts, `${JSON.stringify(name)}:${value || 'null'}`].join(',')}}`] as const
  })
  const any = fc.tuple(genuine, fc.oneof(value, texts.any)).map(([[type], body]) => [type, body] as const)
  const delivered = fc.oneof({ weight: 4, arbitrary: changed }, { weight: 1, arbitrary: any })
  const header = fc.tuple(
    fc.constantFrom('message-id', 'message-timestamp', 'type', 'version', 'signature', 'subscription-id'),
    texts.any,
  )
  const isDamaged = fc.integer({ min: 0, max: 3 }).map((n) => n === 0)
  return fc
    .tuple(delivered, header, isDamaged, fc.boolean())
    .map(([[type, body], [name, text], isDamaged, byTwitch]): Input => {
      if (!byTwitch) {
        const { headers } = kick.sign({ type, body })
        const odd = isDamaged && { [`kick-event-${name}`]: headerValue(text) }
        return { kind: 'http', method: 'POST', target: '/webhooks/kick', headers: { ...headers, ...odd }, body }
      }
      const { headers, body: bytes } = twitchDelivery({
        secret: twitchSecret,
        type: 'channel.follow',
        event: { text: body },
        timestamp: new Date().toISOString(),
      })
      const odd = isDamaged && { [`twitch-eventsub-${name}`]: headerValue(text) }
      return {
        kind: 'http',
        method: 'POST',
        target: '/webhooks/twitch',
        headers: { ...headers, ...odd },
        body: bytes.toString(),
      }
    })
}

/** The other paths, whose arguments stand in the URL. */
const paths = ({ texts, adminKey }: EntranceOptions): fc.Arbitrary<Input> => {
  const target = fc.constantFrom(
    ...['viewers', 'chat', 'sessions', 'follows'].map(
      (kind) => `/export/${kind}?username=channel-1&from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z`,
    ),
    ...['start?streamer=1', 'callback?code=a&state=b'].map((path) => `/oauth/kick/${path}`),
    '/graphql',
    '/metrics',
    '/ready',
    '/health',
    '/',
    '/graphiql.js',
    '/commands',
    '/sign-in',
    '/channels/kick/channel-1',
    '/icon.svg',
  )
  const name = fc.constantFrom(
    'channel_id',
    'username',
    'kick_user_id',
    'platform',
    'format',
    'from',
    'to',
    'checksum',
    'streamer',
    'code',
    'state',
    'x',
  )
  const more = fc.array(fc.tuple(name, texts.any), { maxLength: 3 })
  const header = fc.tuple(
    fc.constantFrom('cookie', 'accept', 'accept-encoding', 'range', 'origin', 'host', 'x-forwarded-proto'),
    texts.any,
  )
  const method = fc.constantFrom('GET', 'GET', 'GET', 'HEAD', 'POST', 'OPTIONS', 'DELETE')
  return fc
    .tuple(target, more, header, method, fc.boolean())
    .map(([target, more, [name, value], method, withKey]): Input => {
      const added = more.map(([name, value]) => query(name, value)).join('&')
      return {
        kind: 'http',
        method,
        target: `${target}${target.includes('?') ? '&' : '?'}${added}`.slice(0, longestTarget),
        headers: {
          [name]: headerValue(name === 'cookie' ? `channelscope_kick_link=${value}` : value),
          ...(withKey && { authorization: `Bearer ${adminKey}` }),
        },
      }
    })
}

/** Words that the command line knows, and others. `start` is left out: it would start another server. */
const words = ({ texts }: EntranceOptions): fc.Arbitrary<string[]> => {
  const known = fc.constantFrom(
    'job',
    'archive',
    'config',
    'key',
    'doctor',
    'help',
    '--list',
    'list',
    'verify',
    'restore',
    'create',
    'revoke',
    'set',
    'get',
    '--from',
    '--to',
    '--into',
    '--role',
    '--expires',
    '--help',
    '2026-02-30',
    '1',
    'x',
  )
  const first = fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom('job', 'archive', 'config', 'key') },
    { weight: 1, arbitrary: texts.short.filter((text) => text !== '') },
  )
  return fc.tuple(first, fc.array(fc.oneof(known, texts.any), { maxLength: 5 })).map(([name, rest]) => [name, ...rest])
}

const commands = (options: EntranceOptions): fc.Arbitrary<Input> =>
  fc
    .tuple(
      words(options),
      fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: jsonText(options.texts) }),
    )
    .map(
      ([[command, ...args], other]): Input => ({
        kind: 'http',
        method: 'POST',
        target: '/commands',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${options.adminKey}` },
        body: other ?? JSON.stringify({ command, args }),
      }),
    )

const raw = ({ texts }: EntranceOptions): fc.Arbitrary<Input> => {
  const request = fc.constant(
    'POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}',
  )
  const upgrade = fc.constant(
    'GET /graphql HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n',
  )
  const chunked = fc.constant(
    'POST /webhooks/kick HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
  )
  return damaged(fc.oneof(request, upgrade, chunked), texts).map((bytes): Input => ({ kind: 'raw', bytes }))
}

/** Whatever can be sent to the running server. */
export const serverInputs = (options: EntranceOptions): fc.Arbitrary<Input> =>
  fc.oneof(
    { weight: 8, arbitrary: graphql(options) },
    { weight: 4, arbitrary: websocket(options) },
    { weight: 3, arbitrary: webhooks(options) },
    { weight: 2, arbitrary: paths(options) },
    { weight: 1, arbitrary: commands(options) },
    { weight: 1, arbitrary: raw(options) },
  )

/** What can be typed. */
export const commandLines = (options: EntranceOptions): fc.Arbitrary<Input & { kind: 'command line' }> =>
  words(options).map((words) => ({
    kind: 'command line',
    args: words.map((word) => word.replaceAll('\0', '').toWellFormed().slice(0, longestArgument)),
  }))
