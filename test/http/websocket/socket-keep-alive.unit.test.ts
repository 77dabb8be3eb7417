import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { KeepAlive } from '../../../src/http/websocket/socket-keep-alive.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }))
afterEach(() => void vi.useRealTimers())

/** A client that notes when it is asked, in milliseconds since `startedAt`. */
const client = (now: () => number) => {
  const asked: number[] = []
  return { asked, ask: () => void asked.push(now()) }
}

test('clients are asked once in every period, whenever they came, with one timer for all of them', () => {
  let now = 0
  const advance = (ms: number) => {
    for (let i = 0; i < ms; i++) {
      now++
      vi.advanceTimersByTime(1)
    }
  }
  const keepAlive = new KeepAlive(1_200)
  const clients = [0, 250, 1_100].map((cameAt) => {
    advance(cameAt - now)
    const one = client(() => now)
    return { one, cameAt, turn: keepAlive.add(one) }
  })
  expect(vi.getTimerCount()).toBe(1)
  advance(6_000 - now)
  for (const { one, cameAt } of clients) {
    const [first, ...later] = one.asked
    expect(first! - cameAt).toBeGreaterThan(1_000)
    expect(first! - cameAt).toBeLessThanOrEqual(1_200)
    for (const [i, at] of later.entries()) expect(at - one.asked[i]!).toBe(1_200)
  }
  for (const { one, turn } of clients) keepAlive.remove(one, turn)
  expect(vi.getTimerCount()).toBe(0)
})
