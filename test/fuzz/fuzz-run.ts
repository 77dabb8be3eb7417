import fc from 'fast-check'
import { commandLines, type EntranceOptions, serverInputs } from './entrances.ts'
import type { FuzzServer } from './fuzz-server.ts'
import type { Input } from './inputs.ts'
import { faultsOf } from './judge.ts'
import { type Answer, runCommandLine, sendInput } from './send-input.ts'

/** An input, and what it did. */
type Finding = { input: Input; what: string }

export type FuzzOptions = {
  seed: number
  seconds: number
  /** Sent before what the seed makes. */
  known: readonly Input[]
  entrances: EntranceOptions
  startServer: () => Promise<FuzzServer>
  /** The environment of command lines. */
  commandEnvironment: Record<string, string>
}

/** What was found, how much was tried, and the server that still runs. */
export type FuzzReport = { findings: Finding[]; sent: number; commandLines: number; server: FuzzServer }

const heldMostMs = 100
const attempts = 3
const atOnce = 3
const samples = 30
const enoughFindings = 20

/** The answer to an input; null where the connection was closed without one, or our own client refuses to send it. */
const answerTo = async (url: string, input: Input): Promise<Answer | 'none in time' | null> => {
  try {
    return await sendInput(url, input)
  } catch (error) {
    const { name } = error as Error
    return name === 'AbortError' || name === 'TimeoutError' ? 'none in time' : null
  }
}

/**
 * Sends inputs until the time is over, a few at a time, and looks each time at how long they held the event loop. Where that was too
 * long, each of them is sent alone, and the best of a few measurements counts: what the machine or the collection of garbage adds is
 * not there every time. An input that holds the loop for good ends the run.
 */
export const runFuzz = async (options: FuzzOptions): Promise<FuzzReport> => {
  const { seed, seconds, entrances, commandEnvironment } = options
  const until = performance.now() + seconds * 1_000
  const findings: Finding[] = []
  let server = await options.startServer()
  let isStuck = false
  let sent = 0
  let typed = 0
  const mayGoOn = () => !isStuck && findings.length < enoughFindings && performance.now() < until

  /** Sends an input alone and finds what is wrong with it. */
  const examine = async (input: Input): Promise<void> => {
    let heldMs = Number.POSITIVE_INFINITY
    let isAnswered = false
    for (let attempt = 0; attempt < attempts && (heldMs > heldMostMs || !isAnswered); attempt++) {
      await server.look()
      isAnswered ||= (await answerTo(server.url, input)) !== 'none in time'
      const look = await server.look()
      if (!look) {
        isStuck = true
        await server.kill()
        return void findings.push({ input, what: 'held the event loop for good' })
      }
      heldMs = Math.min(heldMs, look.heldMs)
    }
    if (!isAnswered) findings.push({ input, what: 'was not answered' })
    if (heldMs > heldMostMs) findings.push({ input, what: `held the event loop for ${Math.round(heldMs)} ms` })
  }

  const sendTogether = async (inputs: readonly Input[]): Promise<void> => {
    sent += inputs.length
    const answers = await Promise.all(inputs.map((input) => answerTo(server.url, input)))
    for (const [i, answer] of answers.entries()) {
      if (typeof answer !== 'object' || !answer) continue
      for (const what of faultsOf(inputs[i]!, answer)) findings.push({ input: inputs[i]!, what })
    }
    for (const line of server.complaints())
      for (const input of inputs) findings.push({ input, what: `may be complained of: ${line.slice(0, 2_000)}` })
    const look = await server.look()
    if (!look) {
      await server.kill()
      server = await options.startServer()
    }
    if (look && look.heldMs <= heldMostMs && !answers.includes('none in time')) return
    for (const input of inputs) if (!isStuck) await examine(input)
  }

  const sendAll = async (inputs: readonly Input[]): Promise<void> => {
    for (let at = 0; at < inputs.length && !isStuck; at += atOnce) await sendTogether(inputs.slice(at, at + atOnce))
  }

  const sendMade = async (): Promise<void> => {
    await sendAll(options.known)
    const made = serverInputs(entrances)
    for (let batch = 0; mayGoOn(); batch++) await sendAll(fc.sample(made, { seed: seed + batch, numRuns: samples }))
  }

  const typeMade = async (): Promise<void> => {
    const made = commandLines(entrances)
    for (; mayGoOn(); typed++) {
      const [input] = fc.sample(made, { seed: seed + typed, numRuns: 1 })
      const answer = await runCommandLine(commandEnvironment, input!.args)
      for (const what of faultsOf(input!, answer))
        findings.push({ input: input!, what: `${what}: ${answer.text.slice(0, 500)}` })
    }
  }

  await Promise.all([sendMade(), typeMade()])
  return { findings, sent, commandLines: typed, server }
}
