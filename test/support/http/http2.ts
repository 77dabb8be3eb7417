import { once } from 'node:events'
import { type ClientHttp2Stream, connect, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http2'

/** A client that speaks HTTP/2 to a server that is known by this certificate. */
export const openHttp2 = (url: string, certificate: string) => {
  const session = connect(url, { ca: certificate })
  session.on('error', () => undefined)
  /** Resolves with the head of an answer; its body is read from the stream. */
  const ask = async (
    headers: OutgoingHttpHeaders,
    body?: string,
  ): Promise<{ headers: IncomingHttpHeaders; stream: ClientHttp2Stream }> => {
    const stream = session.request(headers, { endStream: body === undefined })
    if (body !== undefined) stream.end(body)
    const [answer] = (await once(stream, 'response')) as [IncomingHttpHeaders]
    return { headers: answer, stream }
  }
  return {
    ask,
    [Symbol.dispose]: () => session.destroy(),
  }
}
