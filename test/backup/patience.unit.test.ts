import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type Alive, isStuck, patienceWith } from '../../src/backup/patience.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

/** Work that says that it lives, ends, or does neither. */
const work = () => {
  const { promise, resolve } = Promise.withResolvers<string>()
  let tell: Alive = () => undefined
  return {
    begin: (alive: Alive): Promise<string> => {
      tell = alive
      return promise
    },
    alive: (bytes?: number) => tell(bytes),
    end: () => resolve('done'),
  }
}

test('work that says that it lives is waited for, however long it takes', async () => {
  const long = work()
  const done = patienceWith('/slow', 1_000)('a file', long.begin)
  for (let n = 0; n < 10; n++) {
    await vi.advanceTimersByTimeAsync(900)
    long.alive()
  }
  // What is to be written first is waited for as a slow disk writes it.
  long.alive(50_000_000)
  await vi.advanceTimersByTimeAsync(5_900)
  long.end()
  expect(await done).toBe('done')
  expect(isStuck()).toBe(false)
})

test('work that never ends is given up, and the place gets no more of it until that comes back', async () => {
  const hanging = work()
  const patient = patienceWith('/hangs', 1_000)
  const given = expect(patient('a file', hanging.begin)).rejects.toThrow(
    'the file system hangs: nothing came from a file for 1 s.',
  )
  await vi.advanceTimersByTimeAsync(1_000)
  await given
  expect(isStuck()).toBe(true)
  const begin = vi.fn(async () => 'done')
  await expect(patient('another', begin)).rejects.toThrow('a call of before has not come back')
  expect(begin).not.toHaveBeenCalled()
  expect(await patienceWith('/elsewhere', 1_000)('another', begin)).toBe('done')
  hanging.end()
  await vi.advanceTimersByTimeAsync(0)
  expect(isStuck()).toBe(false)
  expect(await patient('another', begin)).toBe('done')
})
