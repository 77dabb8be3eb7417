/**
 * The whole system in a process that tells by messages how it is: started with the environment of a program, it sends `{ url }` once it
 * serves, and answers `look` with a Look. SIGTERM ends it.
 */
import { once } from 'node:events'
import { startApp } from '../../src/app/start-app.ts'
import { readConfig } from '../../src/config/config.ts'
import { createLog } from '../../src/lib/log.ts'

/** What the process says of itself since it was asked last. */
export type Look = {
  /** The longest time of the processor, in milliseconds, that the main thread took between two beats of its event loop. */
  heldMs: number
  /** Open TCP connections, whoever made them. */
  connections: number
}

const beatMs = 5

// Time of the processor and not of the clock: a machine that is busy with something else makes the loop late, and not a held one.
let before = process.threadCpuUsage()
let heldMs = 0
const beat = () => {
  const now = process.threadCpuUsage()
  heldMs = Math.max(heldMs, (now.user + now.system - before.user - before.system) / 1_000)
  before = now
}
setInterval(beat, beatMs)

process.on('message', () => {
  beat()
  const connections = process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length
  process.send!({ heldMs, connections } satisfies Look)
  heldMs = 0
})

const app = await startApp(readConfig(process.env), { log: createLog('warn', []) })
process.send!({ url: app.url })
await once(process, 'SIGTERM')
await app[Symbol.asyncDispose]()
process.exit(0)
