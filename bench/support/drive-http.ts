import net from 'node:net'
import { HttpResponseReader } from './http-response.ts'

/** Requests over one connection, each sent when the one before is answered. */
export type Drive = {
  socket: net.Socket
  /** The next request with its head, in latin1. */
  next(): string
  /** What is wrong with an answer, which ends the benchmark; undefined when nothing is. */
  wrong(reply: { status: number; body: Buffer }): string | undefined
  /** On the scale of `performance.now`. */
  deadline: number
  /** How long to wait before a request, in the mean; each wait is drawn between nothing and twice that. Absent: not at all. */
  thinkMs?: number | undefined
  /** Gets an entry for each answer. */
  latenciesMs: number[]
}

/** Opens a connection to a server of this machine. */
export const connect = async (port: number): Promise<net.Socket> => {
  const socket = net.connect({ port, host: '127.0.0.1', noDelay: true })
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject))
  return socket
}

/** Resolves with the last answer that came before the deadline or was then under way; rejects at a wrong one. */
export const drive = ({ socket, next, wrong, deadline, thinkMs = 0, latenciesMs }: Drive): Promise<void> =>
  new Promise((resolve, reject) => {
    const reader = new HttpResponseReader()
    let sentAt = 0
    const send = () => {
      sentAt = performance.now()
      socket.write(next(), 'latin1')
    }
    const think = () => {
      if (thinkMs === 0) send()
      else setTimeout(send, Math.random() * 2 * thinkMs)
    }
    const stop = (error?: Error) => {
      socket.removeAllListeners('data').removeAllListeners('error').removeAllListeners('close')
      if (error) reject(error)
      else resolve()
    }
    socket.on('error', stop)
    socket.on('close', () => stop(new Error('The server closed the connection.')))
    socket.on('data', (chunk) => {
      const reply = reader.push(chunk)
      if (!reply) return
      const now = performance.now()
      latenciesMs.push(now - sentAt)
      const problem = wrong(reply)
      if (problem !== undefined) return stop(new Error(problem))
      if (now >= deadline) stop()
      else think()
    })
    think()
  })
