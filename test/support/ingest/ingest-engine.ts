import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Batch, BatchSink } from '../../../src/ingest/batch-sink.ts'

/**
 * What happens to one insert on its way: `refused` before anything is stored, `lost` after it is stored, `late` when
 * the caller gives up first and it is stored afterwards, perhaps while it is being sent again.
 */
export type Fault = 'none' | 'refused' | 'lost' | 'late'

class InsertError extends Error {
  readonly retriable: boolean

  constructor(message: string, retriable: boolean) {
    super(message)
    this.retriable = retriable
  }
}

/** A sink that inserts through the engine's HTTP door, with a fault of the caller's choice on each insert. */
export const engineSink = (url: string, nextFault: (batch: Batch) => Fault = () => 'none'): BatchSink => ({
  insertBatch: async (batch) => {
    const { table, columns, format, token, body } = batch
    const query = new URLSearchParams({ table, columns: JSON.stringify(columns), format, token })
    const fault = nextFault(batch)
    const response = await fetch(`${url}/insert?${query}`, {
      method: 'POST',
      headers: { 'x-fault': fault },
      body: new Uint8Array(body),
      signal: AbortSignal.timeout(fault === 'late' ? 50 : 30_000),
    })
    const text = await response.text()
    if (!response.ok) throw new InsertError(text, response.status !== 400)
  },
})

/** A real engine with an empty data directory, in a process of its own. */
export const startEngine = async () => {
  const directory = await mkdtemp(join(tmpdir(), 'ingest-engine-'))
  const script = fileURLToPath(new URL('./ingest-engine-process.ts', import.meta.url))
  const child = spawn(process.execPath, [script, join(directory, 'engine')], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, UV_THREADPOOL_SIZE: '16' },
  })
  const exited = once(child, 'exit')
  const [port] = await Promise.race([
    once(child.stdout, 'data'),
    exited.then(() => Promise.reject(new Error('The engine ended before it listened.'))),
  ])
  const url = `http://127.0.0.1:${String(port).trim()}`
  return {
    url,
    /** Runs one statement and returns its rows as arrays. */
    query: async <T extends unknown[]>(sql: string): Promise<T[]> => {
      const response = await fetch(`${url}/query`, { method: 'POST', body: sql })
      const text = await response.text()
      if (!response.ok) throw new Error(text)
      return text
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as T)
    },
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL')
      await exited
      await rm(directory, { recursive: true, force: true })
    },
  }
}
