import { archiveCommand } from './archive-command.ts'
import type { Command } from './command.ts'
import { configCommand } from './config-command.ts'
import { jobCommand } from './job-command.ts'
import { keyCommand } from './key-command.ts'

/** The commands that work on the stores, by name. */
export const storeCommands: ReadonlyMap<string, Command> = new Map(
  [jobCommand, archiveCommand, configCommand, keyCommand].map((command) => [command.name, command]),
)
