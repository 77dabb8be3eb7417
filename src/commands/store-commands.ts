import { alertCommands } from './alert-commands.ts'
import { alertListCommands } from './alert-list-commands.ts'
import { archiveCommands } from './archive-commands.ts'
import { backupCommand } from './backup-command.ts'
import { changeCommands } from './change-commands.ts'
import { channelCommands } from './channel-commands.ts'
import { configCommands } from './config-commands.ts'
import { erasingCommands } from './erasing-commands.ts'
import { eventsCommand } from './events-command.ts'
import { importCommand } from './import-command.ts'
import { jobCommand } from './job-command.ts'
import { keyCommands } from './key-commands.ts'
import { lossCommands } from './loss-commands.ts'
import { signInLinkCommand } from './sign-in-link-command.ts'
import type { StoreCommand } from './store-command.ts'
import { webhookCommands } from './webhook-commands.ts'

/** The commands that work on the stores. */
export const storeCommands: readonly StoreCommand[] = [
  ...channelCommands,
  eventsCommand,
  ...changeCommands,
  jobCommand,
  ...alertListCommands,
  ...alertCommands,
  ...archiveCommands,
  backupCommand,
  importCommand,
  ...configCommands,
  ...keyCommands,
  signInLinkCommand,
  ...lossCommands,
  ...erasingCommands,
  ...webhookCommands,
]
