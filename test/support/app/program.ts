import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import querystring from 'node:querystring'
import { fileURLToPath } from 'node:url'
import { harmlessCanaries } from '../access/canary.ts'
import { eventually } from '../lib/eventually.ts'
import { processTree, stillRunning } from './processes.ts'

export type ProgramOptions = {
  env?: Record<string, string>
  /** `start` unless told. */
  args?: readonly string[]
  /** Another account than that of the tests, which then have to run as root. */
  account?: { uid: number; gid: number }
  /** Instead of the program itself. */
  command?: readonly [string, ...string[]]
  /** Where it is started; the project's folder unless told. */
  cwd?: string
}

/** The program as a user runs it, in a process group of its own. */
export type Program = AsyncDisposable & {
  readonly pid: number
  readonly stdout: () => string
  readonly stderr: () => string
  /** Where it serves, once it does; rejects with all it said when it ends before. */
  serving(): Promise<string>
  /** Resolves when standard output holds the text. */
  says(text: string): Promise<void>
  /** To the process, or as a terminal does to its whole group. */
  kill(signal: NodeJS.Signals, to?: 'process' | 'group'): void
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>
  /** The process and everything it has started. */
  tree(): number[]
}

/** The project's folder. */
export const projectFolder = fileURLToPath(new URL('../../..', import.meta.url))

const secretNames = ['ADMIN_KEY', 'OPERATOR_KEY', 'KICK_CLIENT_SECRET']
const urlNames = ['DATABASE_URL', 'DM_DATABASE_URL', 'CLICKHOUSE_URL', 'REDIS_URL']

const secretsOf = (env: Record<string, string>): string[] => [
  ...secretNames.flatMap((name) => env[name] ?? []),
  ...urlNames.flatMap((name) => {
    const password = URL.canParse(env[name] ?? '') ? new URL(env[name]!).password : ''
    return password ? [password, querystring.unescape(password)] : []
  }),
]

type Spoken = { secrets: string[]; output: () => string }
const spoken: Spoken[] = []

/** Which secrets any program of this file has said aloud: those of its environment, and `others`. */
export const secretsSaid = (others: readonly string[] = []): string[] =>
  spoken.flatMap(({ secrets, output }) => [...secrets, ...others].filter((secret) => output().includes(secret)))

const collect = (stream: NodeJS.ReadableStream): (() => string) => {
  let text = ''
  stream.on('data', (chunk) => (text += chunk))
  return () => text
}

/** Starts the program as a package has it, where it was made; else the sources. */
export const launcher = path.join(process.env.TEST_PROGRAM ?? projectFolder, 'bin/channelscope.cjs')

// Nothing of the developer's own environment decides what is tested. What Node compiles is kept where the sources keep it.
const bareEnvironment = (): Record<string, string> => ({
  PATH: process.env.PATH ?? '',
  HOME: process.env.HOME ?? '/',
  XDG_CACHE_HOME: path.join(projectFolder, 'node_modules/.cache'),
})

/** A first start makes its stores and, with the simulated platform, hours of history: the better part of a minute on a busy machine. */
const startMs = 150_000

const isOver = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode !== null || signalCode !== null

/** Runs the program; disposing kills whatever is left of it. */
export const runProgram = (options: ProgramOptions = {}): Program => {
  const { args = ['start'], account } = options
  // In another folder is another version of the program.
  const own = options.cwd === undefined ? launcher : 'bin/channelscope.cjs'
  const [file, ...first] = options.command ?? [process.execPath, own, ...args]
  const env = { ...bareEnvironment(), ...harmlessCanaries, PORT: '0', ...options.env }
  const child = spawn(file, first, {
    cwd: options.cwd ?? projectFolder,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...account,
  })
  const pid = child.pid!
  const stdout = collect(child.stdout)
  const stderr = collect(child.stderr)
  const output = () => stdout() + stderr()
  spoken.push({ secrets: secretsOf(env), output })
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal }))
  const seen = new Set<number>([pid])
  const tree = () => {
    for (const one of processTree(pid)) seen.add(one)
    return [...seen]
  }
  const saying = <T>(what: string, look: () => T) =>
    eventually(
      what,
      () => {
        const found = look()
        if (!found && isOver(child)) throw new Error(`It ended before: ${what}.\n${output()}`)
        return found
      },
      startMs,
    )
  return {
    pid,
    stdout,
    stderr,
    ended,
    tree,
    async serving() {
      const [, url] = await saying('it serves', () => /GraphQL +(http:\S+)\/graphql/.exec(stdout()))
      tree()
      return url!
    },
    async says(text) {
      await saying(`it says ${text}`, () => stdout().includes(text))
    },
    kill(signal, to = 'process') {
      process.kill(to === 'group' ? -pid : pid, signal)
    },
    async [Symbol.asyncDispose]() {
      for (const one of stillRunning(tree())) {
        try {
          process.kill(one, 'SIGKILL')
        } catch {
          // It was faster.
        }
      }
      await ended
    },
  }
}
