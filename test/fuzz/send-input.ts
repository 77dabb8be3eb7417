import { spawn } from 'node:child_process'
import { once } from 'node:events'
import http from 'node:http'
import net from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { WebSocket } from 'ws'
import { projectFolder } from '../support/app/program.ts'
import type { Input } from './inputs.ts'

/** What came back: a status or exit code where there is one, and all the text up to a bound. */
export type Answer = { status?: number; text: string }

/** How long an answer is waited for at most, and a stream that says nothing. */
const patienceMs = 20_000
const quietMs = 25
const longestAnswer = 4_000_000

const sendHttp = async (url: string, { method, target, headers, body }: Input & { kind: 'http' }): Promise<Answer> => {
  const request = http.request(`${url}${target}`, {
    method,
    headers,
    agent: false,
    signal: AbortSignal.timeout(patienceMs),
  })
  request.end(body)
  const [response] = (await once(request, 'response')) as [http.IncomingMessage]
  const isStream = response.headers['content-type']?.startsWith('text/event-stream')
  const quiet = isStream ? setTimeout(() => request.destroy(), quietMs) : undefined
  let text = ''
  try {
    for await (const chunk of response.setEncoding('utf8')) if (text.length < longestAnswer) text += chunk
  } catch (error) {
    if (!isStream) throw error
  } finally {
    clearTimeout(quiet)
  }
  return { status: response.statusCode!, text }
}

const sendFrames = async (url: string, { frames }: Input & { kind: 'websocket' }): Promise<Answer> => {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
    handshakeTimeout: patienceMs,
  })
  const closed = once(socket, 'close', { signal: AbortSignal.timeout(patienceMs) })
  closed.catch(() => undefined)
  let text = ''
  let told = 0
  const ponged = Promise.withResolvers<void>()
  socket.on('message', (message) => {
    told++
    if (String(message) === '{"type":"pong"}') ponged.resolve()
    if (text.length < longestAnswer) text += `${message}\n`
  })
  socket.on('error', () => undefined)
  await Promise.race([once(socket, 'open'), closed])
  const [first = '', ...others] = frames
  const greeted = once(socket, 'message')
  greeted.catch(() => undefined)
  socket.send(first)
  // Whoever asks before the greeting was answered is shown out.
  await Promise.race([greeted, closed])
  for (const frame of others) socket.send(frame)
  // Answered behind all of them, unless one of them closed the socket; what is asked of a store may come later.
  socket.send('{"type":"ping"}')
  await Promise.race([ponged.promise, closed])
  for (let before = -1; before < told && socket.readyState === socket.OPEN; ) {
    before = told
    await Promise.race([delay(quietMs), closed])
  }
  socket.terminate()
  await closed
  return { text }
}

const sendBytes = async (url: string, { bytes }: Input & { kind: 'raw' }): Promise<Answer> => {
  const { hostname, port } = new URL(url)
  const socket = net.connect({ host: hostname, port: Number(port) })
  let text = ''
  socket.setEncoding('latin1')
  socket.on('data', (chunk) => (text += chunk))
  socket.on('error', () => undefined)
  socket.write(bytes, 'latin1')
  await Promise.race([once(socket, 'close'), delay(quietMs)])
  socket.destroy()
  return { text }
}

/** Sends an input to the server and waits for what it is answered; rejects where it is not answered. */
export const sendInput = async (url: string, input: Input): Promise<Answer> => {
  if (input.kind === 'http') return sendHttp(url, input)
  if (input.kind === 'websocket') return sendFrames(url, input)
  if (input.kind === 'raw') return sendBytes(url, input)
  throw new TypeError('A command line is no input for a server.')
}

/** Runs the program with the arguments until it ends. */
export const runCommandLine = async (env: Record<string, string>, args: readonly string[]): Promise<Answer> => {
  const child = spawn(process.execPath, ['bin/channelscope.cjs', ...args], {
    cwd: projectFolder,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += chunk))
  const forced = setTimeout(() => child.kill('SIGKILL'), 4 * patienceMs)
  const [code] = await once(child, 'close')
  clearTimeout(forced)
  return { status: (code as number | null) ?? -1, text }
}
