import { type Clock, systemClock } from '../lib/clock.ts'
import type { Thinning } from './community.ts'
import { type KickServer, startKickServer } from './kick-server.ts'
import { newcomerSlug } from './newcomer.ts'
import { createScenario, startScenario } from './scenario.ts'
import { type Channel, createWorld, type World } from './world.ts'

/** The simulated platform that `npm start` polls when there are no credentials. */
export type Demo = AsyncDisposable & {
  readonly kick: KickServer
  readonly world: World
  /** The channels that the app tracks from the beginning: all but the newcomer. */
  cast(): Channel[]
  /** The same seed and number of channels give the same history at every start. */
  readonly seed: number
  readonly channels: number
  /** Has events delivered to the app that listens at this URL, until it is disposed of. */
  deliverTo(url: string): Disposable
}

const seed = 1

/**
 * What of all that people do is told, in the past and in the present alike. Of 300 channels this leaves one or two chat messages a second, so
 * that hours of them take seconds to store.
 */
export const thinning: Thinning = { chat: 0.2, acts: 0.25 }

/** Starts the scenario and the server on the loopback interface, with the real platform's lag and a generous rate limit. */
export const startDemo = async (options: { channels?: number; clock?: Clock; port?: number } = {}): Promise<Demo> => {
  const { channels = 300, clock = systemClock, port = 0 } = options
  await using starting = new AsyncDisposableStack()
  const world = createWorld({ clock, seed, lag: true })
  const kick = starting.use(
    await startKickServer({ world, port, seed, thinning, rateLimit: { perSecond: 20, burst: 60 } }),
  )
  starting.use(
    startScenario(createScenario({ seed, channels, hasNewcomer: true }), world, () => kick.webhooks.advance()),
  )
  const running = starting.move()
  return {
    kick,
    world,
    cast: () => [...world.channels()].filter(({ slug }) => slug !== newcomerSlug),
    seed,
    channels,
    deliverTo(url) {
      kick.webhooks.url = url
      return {
        [Symbol.dispose]() {
          kick.webhooks.url = null
        },
      }
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}
