import { once } from 'node:events'
import { createServer } from 'node:net'
import { ConfigError } from '../lib/errors.ts'

type Address = { host: string; port: number }

/** Why nothing can listen there, as a ConfigError where the operator can change it. */
export const listenFailure = (error: unknown, { host, port }: Address): unknown => {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'EADDRINUSE':
      return new ConfigError(`PORT ${port} is in use on ${host}: choose another one, or 0 for any that is free.`)
    case 'EACCES':
      return new ConfigError(
        `PORT ${port} needs more rights than this user has: choose one from 1024 to 65535, or 0 for any that is free.`,
      )
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EINVAL':
      return new ConfigError('HOST must be an address or a name of this machine.')
    default:
      return error
  }
}

/** Rejects with the reason when nothing can listen there, before anything else was started in vain. */
export const requireListenable = async ({ host, port }: Address): Promise<void> => {
  const server = createServer()
  try {
    server.listen(port, host)
    await once(server, 'listening')
  } catch (error) {
    throw listenFailure(error, { host, port })
  }
  server.close()
  await once(server, 'close')
}
