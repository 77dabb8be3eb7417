import { expect, test } from 'vitest'
import { singly } from './singly.ts'

test('what is asked for four times at once runs once, and again afterwards, also after a failure', async () => {
  const once = singly()
  let count = 0
  const { promise, reject } = Promise.withResolvers<void>()
  const run = (): Promise<void> => {
    count++
    return promise
  }
  const [first, ...more] = [once(run), once(run), once(run), once(run)]
  await Promise.all(more)
  expect(count).toBe(1)
  reject(new Error('lost'))
  await expect(first).rejects.toThrow('lost')
  await once(async () => void count++)
  expect(count).toBe(2)
})
