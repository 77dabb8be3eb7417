/** The project's simulated Kick in a process of its own, with every channel live. */
import { startKickServer } from '../../src/demo/kick-server.ts'
import { createWorld } from '../../src/demo/world.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { serve } from './rpc.ts'

export type SimulatedKick = { url: string; clientId: string; clientSecret: string }

serve({
  async start(channels: number): Promise<SimulatedKick> {
    const world = createWorld({ clock: systemClock, seed: 1, lag: false })
    for (let id = 1; id <= channels; id++) {
      world.add({ id, slug: `channel-${String(id).padStart(6, '0')}` })
      world.goLive(id)
    }
    const server = await startKickServer({ world, rateLimit: null })
    return { url: server.url, ...server.credentials }
  },
})
