import { expect, test } from 'vitest'
import { openLate } from '../../src/lib/open-late.ts'

test('what is used is opened once, at the first use', async () => {
  let opened = 0
  const late = openLate(async () => ++opened)
  expect(await late.opened()).toBeUndefined()
  expect(await Promise.all([late.use(), late.use()])).toEqual([1, 1])
  expect(await late.use()).toBe(1)
  expect(await late.opened()).toBe(1)
})

test('after a failure the next use tries again', async () => {
  let tries = 0
  const late = openLate(async () => {
    tries += 1
    if (tries === 1) throw new Error('too many files are open')
    return 'open'
  })
  await expect(Promise.all([late.use(), late.use()])).rejects.toThrow('too many files')
  expect(await late.opened()).toBeUndefined()
  expect(await late.use()).toBe('open')
  expect(tries).toBe(2)
})
