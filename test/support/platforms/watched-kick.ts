import { startKickServer } from '../../../src/demo/kick-server.ts'
import { createWorld } from '../../../src/demo/world.ts'
import { systemClock } from '../../../src/lib/clock.ts'

/** A simulated Kick that is moved by the test alone, and the environment that makes a program watch it. */
export const startWatchedKick = async () => {
  const world = createWorld({ clock: systemClock })
  const server = await startKickServer({ world, clientSecret: 'canary-of-the-kick-client-secret' })
  return {
    world,
    server,
    env: {
      KICK_API_URL: server.url,
      KICK_ID_URL: server.url,
      KICK_CLIENT_ID: server.credentials.clientId,
      KICK_CLIENT_SECRET: server.credentials.clientSecret,
      KICK_REQUESTS_PER_SECOND: '100',
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}
