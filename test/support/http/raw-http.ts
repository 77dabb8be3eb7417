import { once } from 'node:events'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'

/** What came back for a head that no client would send. */
export type RawAnswer = { status: number; head: string; body: string }

/** Sends a request as it is written, line by line, and reads until the server ends the connection. */
export const sendRaw = async (port: number, lines: readonly string[], body = ''): Promise<RawAnswer> => {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  socket.write(`${[...lines, 'Connection: close'].join('\r\n')}\r\n\r\n${body}`)
  const answer = await text(socket)
  const end = answer.indexOf('\r\n\r\n')
  return { status: Number(answer.split(' ', 2)[1]), head: answer.slice(0, end), body: answer.slice(end + 4) }
}
