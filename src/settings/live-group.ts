import type { Environment, Reading, VariableGroup } from '../lib/environment.ts'
import type { LiveValue } from '../lib/live-value.ts'
import type { Settings } from './settings.ts'

/**
 * What a group of variables says now: an entry of the configuration wins over the variable that it stands for. The reading is the same
 * object for as long as nothing of it changes.
 */
export const liveGroup = <T>(
  group: VariableGroup<T>,
  settings: Settings,
  given: Environment,
): LiveValue<Reading<T>> => {
  const keys = Object.entries(group.variables).flatMap(([name, { entry }]) =>
    entry ? [[name, entry.key] as const] : [],
  )
  let seen: string | undefined
  let reading: Reading<T>
  return {
    now() {
      const entries = keys.flatMap(([name, key]) => {
        const text = settings.entryOf(key)
        return text === undefined ? [] : [[name, text] as const]
      })
      const texts = JSON.stringify(entries)
      if (texts !== seen) {
        seen = texts
        reading = group.read({ ...given, ...Object.fromEntries(entries) })
      }
      return reading
    },
    onChange: settings.onChange,
  }
}
