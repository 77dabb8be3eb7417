import { castMember, programme } from '../../../src/demo/cast.ts'
import { startKickServer } from '../../../src/demo/kick-server.ts'
import { createScenario, startScenario } from '../../../src/demo/scenario.ts'
import { createWorld } from '../../../src/demo/world.ts'
import { systemClock } from '../../../src/lib/clock.ts'

/**
 * A simulated Kick as its own process: `node kick-process.ts '{"channels":50000,"live":1}'`. Prints its URL as the first line
 * and ends on SIGTERM or when standard input closes, so that it never outlives the process that started it.
 */
export type KickProcessOptions = {
  channels: number
  /** Share of the channels that are live and stay so; absent means the moving scenario. */
  live?: number
  seed?: number
  port?: number
  lag?: boolean
  clientId?: string
  clientSecret?: string
}

const options: KickProcessOptions = JSON.parse(process.argv[2] ?? '{"channels":300}')
const { channels, live, seed = 1, lag = false, port, clientId, clientSecret } = options
const hour = 3_600_000

await using resources = new AsyncDisposableStack()
const world = createWorld({ clock: systemClock, seed, lag })
if (live === undefined) {
  resources.use(startScenario(createScenario({ seed, channels }), world))
} else {
  const startedAt = Math.floor(systemClock() / hour) * hour - hour
  for (let n = 0; n < channels; n++) {
    const { id } = world.add(castMember(seed, n))
    if (n < channels * live) world.goLive(id, { startedAt, ...programme(seed, n, 0) })
  }
}
const server = resources.use(await startKickServer({ world, port, seed, clientId, clientSecret }))
console.log(server.url)

await new Promise<void>((resolve) => {
  process.once('SIGTERM', resolve)
  process.stdin.once('end', resolve).resume()
})
process.stdin.destroy()
