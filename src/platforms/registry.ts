import { kick } from './kick/kick.ts'
import type { PlatformRegistry } from './platform-definition.ts'
import { twitch } from './twitch/twitch.ts'
import { x } from './x/x.ts'

/** The one list of platforms. */
export const builtInPlatforms: PlatformRegistry = [kick, twitch, x]
