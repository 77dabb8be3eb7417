import type { AdjustableRate } from '../platforms/pace.ts'
import type { PlatformName } from '../platforms/platform.ts'
import type { Settings } from './settings.ts'

/** The setting for the requests a second to a platform. */
export const requestRate = (settings: Settings, platform: PlatformName): AdjustableRate => ({
  now: () => settings.get(`monitoring.${platform}.requests.per.second`),
  onChange: settings.onChange,
})
