import { archiveCommands } from './archive-commands.ts'
import { configCommands } from './config-commands.ts'
import { jobCommand } from './job-command.ts'
import { keyCommands } from './key-commands.ts'
import { lossCommands } from './loss-commands.ts'
import type { StoreCommand } from './store-command.ts'

/** The commands that work on the stores. */
export const storeCommands: readonly StoreCommand[] = [
  jobCommand,
  ...archiveCommands,
  ...configCommands,
  ...keyCommands,
  ...lossCommands,
]
