import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A request that came to an inbox. */
type Received = { headers: IncomingHttpHeaders; body: string }

/** An HTTP server that keeps what is posted to it, and answers as told. */
export type WebhookInbox = AsyncDisposable & {
  readonly url: string
  readonly received: Received[]
  /** Connections made so far. */
  readonly connections: number
  /** Of the next answers; null answers nothing. */
  status: number | null
}

/** Starts an inbox on the loopback interface that answers 200. */
export const startWebhookInbox = async (): Promise<WebhookInbox> => {
  const received: Received[] = []
  let connections = 0
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    received.push({ headers: request.headers, body: Buffer.concat(chunks).toString() })
    if (inbox.status !== null) response.writeHead(inbox.status).end()
  })
  server.on('connection', () => connections++)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const inbox: WebhookInbox = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks/kick`,
    received,
    get connections() {
      return connections
    },
    status: 200,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
  return inbox
}
