import type { AdjustableRate } from '../platforms/pace.ts'
import type { PlatformName } from '../platforms/platform.ts'
import type { Settings } from './settings.ts'

/** How many requests a second a platform may be sent, as it is set. */
export const requestRate = (settings: Settings, platform: PlatformName): AdjustableRate => ({
  now: () => settings.get(`monitoring.${platform}.requests.per.second`),
  onChange: settings.onChange,
})
