import { hash } from 'node:crypto'
import http from 'node:http'
import net from 'node:net'

/** A download as a client has it; `whole` only when the connection said so. */
export type Download = {
  status: number
  headers: http.IncomingHttpHeaders
  trailers: NodeJS.Dict<string>
  body: Buffer
  sha256: string
  whole: boolean
}

/** Downloads with a client that reads trailers, to the end or to where it was cut. */
export const download = (url: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Download> =>
  new Promise((resolve, reject) => {
    const request = http.request(url, { headers, method, agent: false }, (response) => {
      const chunks: Buffer[] = []
      const done = () => {
        const body = Buffer.concat(chunks)
        const { statusCode = 0, trailers, complete } = response
        resolve({
          status: statusCode,
          headers: response.headers,
          trailers,
          body,
          sha256: hash('sha256', body),
          whole: complete,
        })
      }
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', () => undefined)
      response.on('close', done)
    })
    request.on('error', reject)
    request.end()
  })

/** A client that asks over a bare socket and reads nothing before it is told to. */
export const stalledReader = (
  port: number,
  path: string,
  version: '1.0' | '1.1' = '1.1',
  headers: Record<string, string> = {},
) => {
  const socket = net.connect(port, '127.0.0.1')
  socket.pause()
  const lines = Object.entries({ Host: 'localhost', ...headers }).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.write(`GET ${path} HTTP/${version}\r\n${lines.join('')}\r\n`)
  let error: NodeJS.ErrnoException | undefined
  socket.on('error', (reason) => {
    error = reason
  })
  return {
    socket,
    /** Reads everything that comes, and how it ended. */
    async rest(): Promise<{ text: string; error: string | undefined }> {
      const chunks: Buffer[] = []
      socket.on('data', (chunk: Buffer) => chunks.push(chunk))
      socket.resume()
      await new Promise((resolve) => socket.once('close', resolve))
      return { text: Buffer.concat(chunks).toString('latin1'), error: error?.code }
    },
  }
}
