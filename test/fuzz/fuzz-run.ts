import fc from 'fast-check'
import { commandLines, type EntranceOptions, serverInputs } from './entrances.ts'
import type { FuzzServer } from './fuzz-server.ts'
import type { Input } from './inputs.ts'
import { faultsOf } from './judge.ts'
import { runCommandLine, sendInput } from './send-input.ts'

/** An input, and what it did. */
export type Finding = { input: Input; what: string }

export type FuzzOptions = {
  seed: number
  seconds: number
  /** Sent before what the seed makes. */
  known: readonly Input[]
  entrances: EntranceOptions
  startServer: () => Promise<FuzzServer>
  /** The environment of command lines. */
  commandEnvironment: Record<string, string>
  /** How many findings are enough. */
  most?: number
}

export type FuzzReport = { findings: Finding[]; sent: number; commandLines: number; server: FuzzServer }

const heldMostMs = 100
const batchSize = 30
const atOnce = 3
const attempts = 3

/**
 * Sends inputs until the time is over, and looks after each batch at how long one of them held the event loop. Where something took
 * too long, each input of the batch is sent alone, and the best of a few measurements counts: whatever the machine or the collection
 * of garbage adds is not there every time.
 */
export const runFuzz = async (options: FuzzOptions): Promise<FuzzReport> => {
  const { seed, seconds, most = 20, entrances } = options
  const until = performance.now() + seconds * 1_000
  const findings: Finding[] = []
  const goesOn = () => performance.now() < until && findings.length < most
  let server = await options.startServer()
  let sent = 0

  const send = async (input: Input): Promise<void> => {
    sent++
    try {
      for (const what of faultsOf(input, await sendInput(server.url, input))) findings.push({ input, what })
    } catch (error) {
      const { name, code, message } = error as NodeJS.ErrnoException
      // The server may close a connection, and our own client refuses to send some heads.
      if (name !== 'AbortError' && name !== 'TimeoutError') {
        if (code?.startsWith('ERR_') || code === 'ECONNRESET' || code === 'EPIPE' || code?.startsWith('HPE_')) return
      }
      findings.push({ input, what: `was not answered: ${message}` })
    }
  }

  /** How long an input holds the loop when it is sent alone; undefined when the loop does not go on. */
  const heldAlone = async (input: Input): Promise<number | undefined> => {
    let least = Number.POSITIVE_INFINITY
    for (let attempt = 0; attempt < attempts && least > heldMostMs; attempt++) {
      if (!(await server.look())) return undefined
      await sendInput(server.url, input).catch(() => undefined)
      const look = await server.look()
      if (!look) return undefined
      least = Math.min(least, look.heldMs)
    }
    return least
  }

  const restart = async (): Promise<void> => {
    await server[Symbol.asyncDispose]()
    server = await options.startServer()
  }

  const examine = async (batch: readonly Input[]): Promise<void> => {
    for (const input of batch) {
      const held = await heldAlone(input)
      if (held === undefined) {
        findings.push({ input, what: 'held the event loop for good' })
        await restart()
      } else if (held > heldMostMs) findings.push({ input, what: `held the event loop for ${Math.round(held)} ms` })
    }
  }

  const sendBatch = async (batch: readonly Input[]): Promise<void> => {
    for (let at = 0; at < batch.length; at += atOnce) await Promise.all(batch.slice(at, at + atOnce).map(send))
    const look = await server.look()
    if (!look) await restart()
    if (!look || look.heldMs > heldMostMs) await examine(batch)
    for (const line of server.complaints())
      findings.push({ input: batch[0]!, what: `one of a batch was complained of: ${line.slice(0, 3_000)}` })
  }

  const sendAll = async (): Promise<void> => {
    for (let at = 0; at < options.known.length; at += batchSize)
      await sendBatch(options.known.slice(at, at + batchSize))
    const inputs = serverInputs(entrances)
    for (let batch = 0; goesOn(); batch++)
      await sendBatch(fc.sample(inputs, { seed: seed + batch, numRuns: batchSize }))
  }

  let typed = 0
  const typeAll = async (): Promise<void> => {
    const inputs = commandLines(entrances)
    for (; goesOn(); typed++) {
      const [input] = fc.sample(inputs, { seed: seed + typed, numRuns: 1 }) as [Input & { kind: 'command line' }]
      const answer = await runCommandLine(options.commandEnvironment, input.args)
      for (const what of faultsOf(input, answer))
        findings.push({ input, what: `${what}: ${answer.text.slice(0, 500)}` })
    }
  }

  await Promise.all([sendAll(), typeAll()])
  return { findings, sent, commandLines: typed, server }
}
