import type { Page, WebSocketRoute } from 'playwright-core'

type Follow = { times: number; send(payload: unknown): void }

/** Stands between a page and the server that it follows, and can say something instead of the server. Made before the page follows anything. */
export const standBetween = async (page: Page) => {
  const follows = new Map<string, Follow>()
  let last: WebSocketRoute | undefined
  let babble: string | null = null
  await page.routeWebSocket('**/graphql', (client) => {
    last = client
    const said = babble
    if (said !== null) return client.onMessage(() => client.send(said))
    const server = client.connectToServer()
    client.onMessage((message) => {
      const { id, type, payload } = JSON.parse(String(message))
      if (type === 'subscribe')
        follows.set(payload.operationName, {
          times: (follows.get(payload.operationName)?.times ?? 0) + 1,
          send: (told) => client.send(JSON.stringify({ id, type: 'next', payload: told })),
        })
      server.send(message)
    })
    server.onMessage((message) => client.send(message))
  })
  return {
    /** How often the page began to follow this. */
    times: (operation: string): number => follows.get(operation)?.times ?? 0,
    /** Tells the page something of what it follows: the payload of a message. */
    tell(operation: string, payload: unknown): void {
      const follow = follows.get(operation)
      if (!follow) throw new Error(`the page does not follow ${operation}`)
      follow.send(payload)
    },
    /** From here on every new connection is told this and nothing else; null, what the server tells. */
    babble(text: string | null): void {
      babble = text
    },
    /** Sends a text that need not be a message of the protocol. */
    say(text: string): void {
      last!.send(text)
    },
  }
}
