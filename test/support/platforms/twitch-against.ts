import { silentLog } from '../../../src/lib/log.ts'
import type { Platform } from '../../../src/platforms/platform.ts'
import { createTwitchPlatform, type TwitchOptions } from '../../../src/platforms/twitch/twitch-platform.ts'
import { createVirtualTimer, type VirtualTimer } from '../lib/virtual-timer.ts'
import { startTwitchServer, type TwitchServer } from './twitch-server.ts'

/** A Twitch adapter in front of a simulated Twitch. */
export type TwitchAgainst = AsyncDisposable & { twitch: Platform; server: TwitchServer; timer: VirtualTimer }

/** Starts both; virtual time, no spacing and random values of one half unless told. */
export const startTwitchAgainst = async (options: Partial<TwitchOptions> = {}): Promise<TwitchAgainst> => {
  const server = await startTwitchServer()
  const timer = createVirtualTimer()
  const twitch = createTwitchPlatform({
    apiUrl: server.apiUrl,
    idUrl: server.idUrl,
    ...server.credentials,
    requestsPerSecond: Number.POSITIVE_INFINITY,
    clock: () => Date.parse('2026-11-22T12:00:00Z'),
    log: silentLog,
    random: () => 0.5,
    timer,
    ...options,
  })
  return {
    twitch,
    server,
    timer,
    [Symbol.asyncDispose]: async () => {
      await twitch[Symbol.asyncDispose]()
      await server[Symbol.asyncDispose]()
    },
  }
}
