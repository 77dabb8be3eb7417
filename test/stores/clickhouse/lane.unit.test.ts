import { describe, expect, test, vi } from 'vitest'
import { createLane } from '../../../src/stores/clickhouse/lane.ts'

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

describe('a lane', () => {
  test('starts what fits and the rest in the order it came, also after failures', async () => {
    const lane = createLane('light', limits)
    const { work, end, fail, started } = scriptedWork()
    const runs = ['a', 'b', 'c', 'd'].map((name) =>
      lane.run(work(name)).catch((error: Error) => `failed ${error.message}`),
    )
    await settled()
    expect(started).toEqual(['a', 'b'])
    expect(lane.stats()).toMatchObject({ running: 2, queued: 2 })
    fail('b')
    await settled()
    expect(started).toEqual(['a', 'b', 'c'])
    end('a')
    await settled()
    end('c')
    end('d')
    expect(await Promise.all(runs)).toEqual(['a', 'failed b', 'c', 'd'])
    expect(lane.stats()).toMatchObject({ running: 0, queued: 0 })
  })

  test('refuses at once when its queue is full', async () => {
    const lane = createLane('light', limits)
    const { work, end } = scriptedWork()
    const runs = ['a', 'b', 'c', 'd', 'e'].map((name) => lane.run(work(name)))
    await expect(lane.run(work('f'))).rejects.toMatchObject({ failure: 'unavailable', retriable: true })
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
      const lane = createLane('heavy', { ...limits, slots: 1 })
      const { work, end, started } = scriptedWork()
      const first = lane.run(work('a'))
      const second = expect(lane.run(work('b'))).rejects.toThrow('No heavy slot became free within 1000 ms.')
      await vi.advanceTimersByTimeAsync(999)
      const third = lane.run(work('c'))
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
    const lane = createLane('light', { ...limits, slots: 1 })
    const { work, end, started } = scriptedWork()
    const first = lane.run(work('a'))
    const caller = new AbortController()
    const second = lane.run(work('b'), caller.signal)
    caller.abort(new Error('no longer needed'))
    await expect(second).rejects.toThrow('no longer needed')
    expect(lane.stats()).toMatchObject({ running: 1, queued: 0 })
    end('a')
    await first
    expect(started).toEqual(['a'])
  })

  test('closing refuses what waits and what comes, and waits for what runs', async () => {
    const lane = createLane('write', { ...limits, slots: 1 })
    const { work, end } = scriptedWork()
    const order: string[] = []
    const running = lane.run(work('a')).then(() => order.push('done'))
    const waiting = lane.run(work('b'))
    const closed = lane.close().then(() => order.push('closed'))
    await expect(waiting).rejects.toThrow('ClickHouse is being closed.')
    await expect(lane.run(work('c'))).rejects.toThrow('ClickHouse is being closed.')
    await settled()
    expect(order).toEqual([])
    end('a')
    await Promise.all([running, closed])
    expect(order).toEqual(['done', 'closed'])
  })
})
