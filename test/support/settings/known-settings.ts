import { readConfig } from '../../../src/config/config.ts'
import { builtInPlatforms } from '../../../src/platforms/registry.ts'
import { runtimeSettings } from '../../../src/settings/runtime-settings.ts'

/** The settings where the environment says nothing. */
export const knownSettings = runtimeSettings(readConfig({}), builtInPlatforms)
