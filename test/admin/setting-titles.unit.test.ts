import { expect, test } from 'vitest'
import { settingTitle } from '../../admin/src/settings/configuration/setting-title.ts'
import { knownSettings } from '../support/settings/known-settings.ts'

test('every setting has a title of its own in the panel, and an unknown entry keeps its key', () => {
  const keys = [...knownSettings.keys()]
  const titles = keys.map(settingTitle)
  expect(titles.filter((title, i) => title === keys[i])).toEqual([])
  expect(new Set(titles).size).toBe(keys.length)
  expect(settingTitle('panel.greeting')).toBe('panel.greeting')
})
