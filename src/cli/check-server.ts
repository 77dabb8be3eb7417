import path from 'node:path'
import { z } from 'zod'
import type { Config } from '../config/config.ts'
import { DataDirectoryInUse, holdDataDirectory } from '../stores/data-directory.ts'
import { embeddedServerRuns } from '../stores/postgres/leftover-server.ts'
import { askServer } from './ask-server.ts'
import { checkDisk, checkFileSystem } from './check-machine.ts'
import { storeFailure } from './check-stores.ts'
import { bad, type Finding, good } from './finding.ts'
import type { EntryValue } from './list-variables.ts'

/** How long a running server may take to say whether it is ready, and what its settings are. */
const serverPatienceMs = 10_000

const readyShape = z.object({ ready: z.boolean(), reasons: z.array(z.string()), degraded: z.array(z.string()) })

/** What the server that has the data directory says of itself. */
const checkServer = async (url: string): Promise<Finding[]> => {
  try {
    const response = await fetch(`${url}/ready`, { signal: AbortSignal.timeout(serverPatienceMs) })
    const { ready, reasons, degraded } = readyShape.parse(await response.json())
    const state = ready
      ? [good(`The server at ${url} is running and ready.`)]
      : reasons.map((sentence) => bad(`The server at ${url} is running and not ready: ${sentence}`))
    return [...state, ...degraded.map((sentence) => bad(`The server at ${url} says: ${sentence}`))]
  } catch {
    return [bad(`The server at ${url} has the data directory and does not answer.`)]
  }
}

/** What is to be said of the data directory, and where the server is that has it. */
export const checkDataDirectory = async ({ dataDir }: Config): Promise<{ server?: string; found: Finding[] }> => {
  try {
    using _ = holdDataDirectory(dataDir)
    const leftover = embeddedServerRuns(path.join(dataDir, 'postgres'))
      ? ' The Postgres of a process that was killed still runs there: the next start stops it first.'
      : ''
    const free = good(`DATA_DIR: ${dataDir} is free and can be written.${leftover}`)
    return { found: [free, checkDisk(dataDir), checkFileSystem(dataDir)] }
  } catch (error) {
    if (!(error instanceof DataDirectoryInUse) || error.url === undefined) return { found: [bad(storeFailure(error))] }
    const held = good(`DATA_DIR: ${dataDir} is that of the running server.`)
    const said = await checkServer(error.url)
    return { server: error.url, found: [held, checkDisk(dataDir), checkFileSystem(dataDir), ...said] }
  }
}

const settingShape = z.object({
  key: z.string(),
  variable: z.string().nullable(),
  value: z.string().nullable(),
  source: z.string(),
})

/** The entries of the configuration that say something instead of a variable, as the running server has them; none where it does not tell. */
export const entriesOf = async (config: Config, server: string): Promise<ReadonlyMap<string, EntryValue>> => {
  const entries = new Map<string, EntryValue>()
  const read = (line: string): void => {
    const { key, variable, value, source } = settingShape.parse(JSON.parse(line))
    if (variable !== null && source === 'CONFIGURATION') entries.set(variable, { key, value })
  }
  try {
    await askServer(config, server, 'config', ['list', '--json'], read, AbortSignal.timeout(serverPatienceMs))
  } catch {
    // That it does not answer is said of the server itself.
  }
  return entries
}
