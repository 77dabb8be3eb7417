import type { Config } from '../config/config.ts'
import { objectVariables } from '../config/store-variables.ts'
import { liveGroup } from '../settings/live-group.ts'
import type { Settings } from '../settings/settings.ts'
import { openObjects, type SettingObjects } from '../stores/objects/open-objects.ts'

/** The entries of the configuration that say where objects are. */
export const objectKeys = Object.values(objectVariables.variables).flatMap(({ entry }) => entry?.key ?? [])

/** Opens the bucket that is set, or the folder of the data directory. */
export const openObjectsOf = (config: Config, settings: Settings): SettingObjects =>
  openObjects({ bucket: liveGroup(objectVariables, settings, config.given), dataDir: config.dataDir })
