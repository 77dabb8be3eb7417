import { randomBytes } from 'node:crypto'
import type { WebSocket } from 'ws'

/**
 * Asks a client every `pingMs` whether it is there and ends the connection when it has not answered two questions. Only
 * a pong that repeats the question counts: it proves that the client reads. Returns how to stop.
 */
export const keepAlive = (ws: WebSocket, pingMs: number): (() => void) => {
  let question: Buffer | null = null
  let unanswered = 0
  const timer = setInterval(() => {
    if (unanswered >= 2) return ws.terminate()
    unanswered++
    question ??= randomBytes(4)
    ws.ping(question)
  }, pingMs)
  ws.on('pong', (answer: Buffer) => {
    if (!question || !answer.equals(question)) return
    question = null
    unanswered = 0
  })
  return () => clearInterval(timer)
}
