import path from 'node:path'
import { z } from 'zod'
import type { Config } from '../config/config.ts'
import { type VariableNow, valueSources } from '../config/variables-now.ts'
import { DataDirectoryInUse, requireFreeDirectory } from '../stores/data-directory.ts'
import { embeddedServerRuns } from '../stores/postgres/leftover-server.ts'
import { askServer } from './ask-server.ts'
import { checkDisk, checkFileSystem } from './check-machine.ts'
import { storeFailure } from './check-stores.ts'
import { bad, type Finding, good, note } from './finding.ts'

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
    const isThere = requireFreeDirectory(dataDir)
    const leftover = embeddedServerRuns(path.join(dataDir, 'postgres'))
      ? ' The Postgres of a process that was killed still runs there: the next start stops it first.'
      : ''
    const free = isThere
      ? good(`DATA_DIR: ${dataDir} is free and can be written.${leftover}`)
      : note(`DATA_DIR: ${dataDir} is not there, and the first start makes it.`)
    return { found: [free, checkDisk(dataDir), checkFileSystem(dataDir)] }
  } catch (error) {
    if (!(error instanceof DataDirectoryInUse) || error.url === undefined) return { found: [bad(storeFailure(error))] }
    const held = good(`DATA_DIR: ${dataDir} is that of the running server.`)
    const said = await checkServer(error.url)
    return { server: error.url, found: [held, checkDisk(dataDir), checkFileSystem(dataDir), ...said] }
  }
}

const variableShape = z.object({
  name: z.string(),
  value: z.string().nullable(),
  source: z.enum(valueSources),
  entry: z.string().nullable(),
})

/** The variables of the running server, as it tells them; undefined where it does not. */
export const variablesOf = async (config: Config, server: string): Promise<readonly VariableNow[] | undefined> => {
  const variables: VariableNow[] = []
  const read = (line: string): void => void variables.push(variableShape.parse(JSON.parse(line)))
  try {
    await askServer(config, server, 'config', ['variables', '--json'], read, AbortSignal.timeout(serverPatienceMs))
    return variables
  } catch {
    // That it does not answer is said of the server itself.
    return undefined
  }
}
