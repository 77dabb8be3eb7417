import { type Command, commandsOf } from '../commands/command.ts'
import { type Config, readConfig } from '../config/config.ts'
import type { Environment } from '../lib/environment.ts'
import { createLog, type Log } from '../lib/log.ts'
import { secretHeadersOf } from '../platforms/platform-definition.ts'
import { builtInPlatforms } from '../platforms/registry.ts'
import type { Output } from './output.ts'
import { stopSignal } from './stop-signal.ts'

/** What a command of this process is given. */
export type ProgramContext = {
  env: Environment
  /** The command line from the name of the command on. */
  words: readonly string[]
  output: Output
}

/** A command that this process carries out. */
export type ProgramCommand = Command<ProgramContext>

/** Declares one. */
export const programCommand = commandsOf<ProgramContext>()

/** What a command needs that works with the configuration until it is done or told to stop. */
export const withConfig = ({ env }: ProgramContext): { config: Config; log: Log; signal: AbortSignal } => {
  const config = readConfig(env)
  return { config, log: createLog(config.logLevel, secretHeadersOf(builtInPlatforms)), signal: stopSignal() }
}

/** What was begun, or undefined when it was given up because the process is to stop. */
export const unlessStopped = async <T>(signal: AbortSignal, begin: () => Promise<T>): Promise<T | undefined> => {
  try {
    return await begin()
  } catch (error) {
    if (signal.aborted) return undefined
    throw error
  }
}
