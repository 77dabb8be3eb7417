import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A request as it arrived. */
export type SeenRequest = {
  method: string
  path: string
  query: URLSearchParams
  headers: IncomingMessage['headers']
  body: string
}

/**
 * What to answer: `json` or `text` with a status, or a misbehaviour. `never` holds the request open, `reset` drops the
 * connection before any answer, `half` drops it in the middle of one, `drip` sends one byte after another without end.
 */
export type Reply =
  | { status?: number; headers?: Record<string, string>; json: unknown }
  | { status?: number; headers?: Record<string, string>; text: string }
  | 'never'
  | 'reset'
  | 'half'
  | 'drip'

/** A running server; `seen` lists the requests in order of arrival. */
export type ScriptedHttp = AsyncDisposable & {
  readonly url: string
  readonly seen: readonly SeenRequest[]
  /** What every request is answered that names one of these ids in its query. */
  readonly refusing: Map<string, Reply>
}

const send = (response: ServerResponse, reply: Reply): void => {
  if (reply === 'never') return
  if (reply === 'reset') {
    response.socket?.resetAndDestroy()
  } else if (reply === 'half') {
    response.writeHead(200, { 'content-length': 1000 })
    response.write('{"data":[', () => response.destroy())
  } else if (reply === 'drip') {
    response.writeHead(200)
    const dripping = setInterval(() => response.write(' '), 5)
    response.once('close', () => clearInterval(dripping))
  } else {
    const body = 'json' in reply ? JSON.stringify(reply.json) : reply.text
    const type = 'json' in reply ? 'application/json' : 'text/html'
    response.writeHead(reply.status ?? 200, { 'content-type': type, ...reply.headers }).end(body)
  }
}

/** A real HTTP server on a free port whose answers come from `script`, called once for each request. */
export const startScriptedHttp = async (
  script: (request: SeenRequest) => Reply | Promise<Reply>,
): Promise<ScriptedHttp> => {
  const seen: SeenRequest[] = []
  const refusing = new Map<string, Reply>()
  const refusalOf = ({ query }: SeenRequest): Reply | undefined =>
    [...query.values()]
      .flatMap((value) => value.split(','))
      .map((id) => refusing.get(id))
      .find((reply) => reply !== undefined)
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const url = new URL(request.url ?? '/', 'http://localhost')
    const arrived: SeenRequest = {
      method: request.method ?? '',
      path: url.pathname,
      query: url.searchParams,
      headers: request.headers,
      body: Buffer.concat(chunks).toString(),
    }
    seen.push(arrived)
    send(response, refusalOf(arrived) ?? (await script(arrived)))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    refusing,
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
