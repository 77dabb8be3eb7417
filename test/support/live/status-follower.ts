import { setTimeout as delay } from 'node:timers/promises'
import { request } from 'undici'
import { WebSocket } from 'ws'
import { decodeJournalCursor } from '../../../src/live/journal-cursor.ts'

const subscription = `subscription Follow($after: String!) { channelStatus(after: $after) { __typename
  ... on StatusSnapshot { cursor } ... on StatusChange { cursor event { type } channel { channelId } } ... on StatusGap { cursor reason } } }`

/** A status event as a client was told it: its number in the journal, its channel and its type. */
type FollowedEvent = { id: bigint; channelId: string; type: string }

type StatusMessage = {
  __typename: string
  cursor: string
  event?: { type: string }
  channel?: { channelId: string }
  reason?: string
}

/** One life of a connection to `url`; resolves with how it ended. */
type Connect = (
  url: string,
  after: string,
  take: (message: StatusMessage) => void,
  signal: AbortSignal,
) => Promise<string>

/** graphql-transport-ws; ends with the code of the close, or with `refused` when it was never open. */
export const overWebSocket: Connect = async (url, after, take, signal) => {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, ['graphql-transport-ws'])
  const closed = new Promise<number>((resolve) => socket.on('close', resolve))
  let opened = false
  socket.on('error', () => undefined)
  const leave = () => socket.terminate()
  signal.addEventListener('abort', leave)
  socket.on('open', () => {
    opened = true
    socket.send('{"type":"connection_init"}')
  })
  socket.on('message', (text) => {
    const { type, payload } = JSON.parse(String(text))
    if (type === 'connection_ack') {
      const variables = { after }
      socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: subscription, variables } }))
    } else if (type === 'next') take(payload.data.channelStatus)
    else if (type === 'error') socket.close(4999, JSON.stringify(payload).slice(0, 100))
  })
  const code = await closed
  signal.removeEventListener('abort', leave)
  return opened ? String(code) : 'refused'
}

/** Server-sent events. */
export const overEventStream: Connect = async (url, after, take, signal) => {
  const { body } = await request(`${url}/graphql`, {
    method: 'POST',
    headers: { accept: 'text/event-stream', 'content-type': 'application/json' },
    body: JSON.stringify({ query: subscription, variables: { after } }),
    signal,
    reset: true,
    bodyTimeout: 0,
  })
  let text = ''
  for await (const chunk of body.setEncoding('utf8')) {
    const events = (text + chunk).split('\n\n')
    // What was cut in two by the end of a connection is not an event.
    text = events.pop()!
    for (const event of events) {
      const data = /^event: next\ndata: (.*)$/m.exec(event)?.[1]
      if (data) take(JSON.parse(data).data.channelStatus)
    }
  }
  return 'ended'
}

/** A client that follows the status of all channels, and goes on after its last cursor whenever its connection ends. */
export const followStatus = (connect: Connect, url: string, from: string) => {
  const stop = new AbortController()
  const events: FollowedEvent[] = []
  const others: string[] = []
  const starts: bigint[] = []
  const ends: string[] = []
  let cursor = from
  const take = (message: StatusMessage): void => {
    cursor = message.cursor
    const { event, channel } = message
    if (event && channel)
      events.push({ id: decodeJournalCursor(cursor).id, channelId: channel.channelId, type: event.type })
    else others.push(`${message.__typename} ${message.reason ?? ''}`)
  }
  const run = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      starts.push(decodeJournalCursor(cursor).id)
      ends.push(await connect(url, cursor, take, stop.signal).catch((error: Error) => error.message))
      // A pause between attempts, as every client makes.
      await delay(20)
    }
  }
  const running = run()
  return {
    events,
    /** Messages that are no events: there is no reason for any. */
    others,
    /** After which event each of its connections began, the one of now too. */
    starts,
    /** How its connections ended. */
    ends,
    cursor: () => cursor,
    /** The number of the last event it knows of. */
    position: () => decodeJournalCursor(cursor).id,
    [Symbol.asyncDispose]: async () => {
      stop.abort()
      await running
    },
  }
}

export type Follower = ReturnType<typeof followStatus>
