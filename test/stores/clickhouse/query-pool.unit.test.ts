import { describe, expect, test, vi } from 'vitest'
import { createQueryPool } from '../../../src/stores/clickhouse/query-pool.ts'

const limits = { slots: 2, maxQueued: 3, maxWaitMs: 1_000 }

/** Work that ends when it is told to, and what has been started. */
const scriptedWork = () => {
  const started: string[] = []
  const ends = new Map<string, PromiseWithResolvers<string>>()
  return {
    started,
    work: (name: string) => () => {
      started.push(name)
      ends.set(name, Promise.withResolvers())
      return ends.get(name)!.promise
    },
    end: (name: string) => ends.get(name)!.resolve(name),
    fail: (name: string) => ends.get(name)!.reject(new Error(name)),
  }
}

const settled = () => new Promise<void>((resolve) => setImmediate(resolve))

describe('a pool', () => {
  test('starts what fits and the rest in the order it came, also after failures', async () => {
    const pool = createQueryPool('light', limits)
    const { work, end, fail, started } = scriptedWork()
    const runs = ['a', 'b', 'c', 'd'].map((name) =>
      pool.run(work(name)).catch((error: Error) => `failed ${error.message}`),
    )
    await settled()
    expect(started).toEqual(['a', 'b'])
    expect(pool.stats()).toMatchObject({ running: 2, queued: 2 })
    fail('b')
    await settled()
    expect(started).toEqual(['a', 'b', 'c'])
    end('a')
    await settled()
    end('c')
    end('d')
    expect(await Promise.all(runs)).toEqual(['a', 'failed b', 'c', 'd'])
    expect(pool.stats()).toMatchObject({ running: 0, queued: 0 })
  })

  test('refuses at once when its queue is full', async () => {
    const pool = createQueryPool('light', limits)
    const { work, end } = scriptedWork()
    const runs = ['a', 'b', 'c', 'd', 'e'].map((name) => pool.run(work(name)))
    await expect(pool.run(work('f'))).rejects.toMatchObject({ failure: 'busy', retriable: true })
    for (const name of ['a', 'b']) end(name)
    await settled()
    for (const name of ['c', 'd']) end(name)
    await settled()
    end('e')
    await Promise.all(runs)
  })

  test('gives up waiting after its time, and the next in line is not held up', async () => {
    vi.useFakeTimers()
    try {
      const pool = createQueryPool('heavy', { ...limits, slots: 1 })
      const { work, end, started } = scriptedWork()
      const first = pool.run(work('a'))
      const second = expect(pool.run(work('b'))).rejects.toThrow('No heavy slot became free within 1000 ms.')
      await vi.advanceTimersByTimeAsync(999)
      const third = pool.run(work('c'))
      await vi.advanceTimersByTimeAsync(1)
      await second
      end('a')
      await first
      await vi.advanceTimersByTimeAsync(0)
      expect(started).toEqual(['a', 'c'])
      end('c')
      expect(await third).toBe('c')
    } finally {
      vi.useRealTimers()
    }
  })

  test('a caller that gives up while waiting leaves the queue and is told its own reason', async () => {
    const pool = createQueryPool('light', { ...limits, slots: 1 })
    const { work, end, started } = scriptedWork()
    const first = pool.run(work('a'))
    const caller = new AbortController()
    const second = pool.run(work('b'), caller.signal)
    caller.abort(new Error('no longer needed'))
    await expect(second).rejects.toThrow('no longer needed')
    expect(pool.stats()).toMatchObject({ running: 1, queued: 0 })
    end('a')
    await first
    expect(started).toEqual(['a'])
  })

  test('closing refuses what waits and what comes, and waits for what runs', async () => {
    const pool = createQueryPool('write', { ...limits, slots: 1 })
    const { work, end } = scriptedWork()
    const order: string[] = []
    const running = pool.run(work('a')).then(() => order.push('done'))
    const waiting = pool.run(work('b'))
    const closed = pool.close().then(() => order.push('closed'))
    await expect(waiting).rejects.toThrow('ClickHouse is being closed.')
    await expect(pool.run(work('c'))).rejects.toThrow('ClickHouse is being closed.')
    await settled()
    expect(order).toEqual([])
    end('a')
    await Promise.all([running, closed])
    expect(order).toEqual(['done', 'closed'])
  })
})
