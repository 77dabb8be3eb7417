import { expect, test } from 'vitest'
import { silentLog } from '../../src/lib/log.ts'
import { applySetting } from '../../src/settings/apply-setting.ts'
import { createSettings, type Settings } from '../../src/settings/settings.ts'
import { knownSettings } from '../support/settings/known-settings.ts'

const key = 'monitoring.poll.interval.seconds'
const of = (settings: Settings) => settings.get(key)

const setUp = () => {
  const settings = createSettings(knownSettings, silentLog)
  const calls: { value: number; finish: () => void; fail: () => void }[] = []
  let told = Promise.withResolvers<void>()
  const work = applySetting({ settings, of, name: 'test', log: silentLog }, (value) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    calls.push({ value, finish: resolve, fail: () => reject(new Error('not now')) })
    told.resolve()
    told = Promise.withResolvers()
    return promise
  })
  const set = (seconds: number) => settings.update(new Map([[key, String(seconds)]]))
  const next = async () => {
    const count = calls.length
    while (calls.length === count) await told.promise
    return calls.at(-1)!
  }
  return { calls, work, set, next }
}

test('work is done for the value that is set and for the latest it changed to meanwhile, one at a time', async () => {
  const { calls, work, set, next } = setUp()
  expect(calls.map(({ value }) => value)).toEqual([60])
  set(5)
  set(7)
  const again = next()
  calls[0]!.finish()
  expect((await again).value).toBe(7)
  const last = next()
  calls[1]!.finish()
  set(9)
  expect((await last).value).toBe(9)
  await work[Symbol.asyncDispose]()
  set(11)
  expect(calls).toHaveLength(3)
})

test('work that failed is done again, at once where another value is set, and a stop does not wait for it', async () => {
  const { calls, work, set, next } = setUp()
  const again = next()
  calls[0]!.fail()
  await Promise.resolve()
  set(5)
  expect((await again).value).toBe(5)
  await work[Symbol.asyncDispose]()
  expect(calls).toHaveLength(2)
})
