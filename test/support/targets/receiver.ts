import { type Reply, startScriptedHttp } from '../platforms/scripted-http.ts'

/** A request as it arrived, with what Standard Webhooks puts into its head. */
type Received = { id: string; headers: Record<string, string>; body: string; method: string; path: string }

/** How a receiver behaves: a reply to everything, or one for each request. */
type Behaviour = Reply | ((received: Received) => Reply | Promise<Reply>)

/** An endpoint that alerts are sent to. */
export type Receiver = AsyncDisposable & {
  readonly url: string
  /** What arrived, in this order, however it was answered. */
  readonly received: readonly Received[]
  /** May be changed at any time; at first all is taken with 204. */
  behaviour: Behaviour
}

/** All is well. */
const taken: Reply = { status: 204, text: '' }

/** Starts a receiver on a free port of this machine. */
export const startReceiver = async (path = '/hook'): Promise<Receiver> => {
  const received: Received[] = []
  const server = await startScriptedHttp(({ method, path, headers, body }) => {
    const arrived: Received = {
      id: String(headers['webhook-id']),
      headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
      body,
      method,
      path,
    }
    received.push(arrived)
    const { behaviour } = receiver
    return typeof behaviour === 'function' ? behaviour(arrived) : behaviour
  })
  const receiver: Receiver = {
    url: server.url + path,
    received,
    behaviour: taken,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
  return receiver
}
