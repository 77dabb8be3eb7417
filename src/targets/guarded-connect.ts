import { lookup } from 'node:dns/promises'
import { connect, isIP, type Socket } from 'node:net'
import type { AddressPolicy } from './address-policy.ts'

/** Finds all addresses of a name. */
export type ResolveName = (name: string) => Promise<readonly string[]>

/** Opens a connection to a host, which is a name, or an address without brackets. The signal only ends the opening. */
export type GuardedConnect = (host: string, port: number, signal: AbortSignal) => Promise<Socket>

/** The host may not be called. The message is a sentence. */
export class ForbiddenAddressError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'ForbiddenAddressError'
  }
}

/** The addresses that the operating system knows of a name. */
const resolveBySystem: ResolveName = async (name) => (await lookup(name, { all: true })).map(({ address }) => address)

/** Waits for work that can not be broken off itself. */
const orAborted = async <T>(work: Promise<T>, signal: AbortSignal): Promise<T> => {
  signal.throwIfAborted()
  const { promise, reject } = Promise.withResolvers<never>()
  const onAbort = () => reject(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([work, promise])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}

/** Resolves when the socket is connected; where it fails or the signal fires first, nothing is left of it. */
const whenConnected = async (socket: Socket, signal: AbortSignal): Promise<void> => {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  socket.once('connect', resolve).once('error', reject)
  try {
    await orAborted(promise, signal)
    socket.off('error', reject)
  } catch (error) {
    socket.destroy()
    throw error
  }
}

/**
 * Opens connections only to addresses that the policy allows. A name is resolved once for each connection. Each of its addresses is
 * checked, one that is not allowed forbids the name, and the connection goes to one of those that were checked: nobody is asked
 * again. Fails with ForbiddenAddressError, or with the error of the look-up or of the connection.
 */
export const createGuardedConnect =
  (isAllowed: AddressPolicy, resolve: ResolveName = resolveBySystem): GuardedConnect =>
  async (host, port, signal) => {
    const isAddress = isIP(host) !== 0
    const addresses = isAddress ? [host] : await orAborted(resolve(host), signal)
    if (addresses.length === 0) throw Object.assign(new Error(`${host} has no address`), { code: 'ENOTFOUND' })
    const forbidden = addresses.find((address) => !isAllowed(address))
    if (forbidden !== undefined)
      throw new ForbiddenAddressError(
        isAddress
          ? `The address ${host} is not public, so it is not called. ALERT_PRIVATE_NETWORKS allows networks.`
          : `The address ${forbidden} of ${host} is not public, so it is not called. ALERT_PRIVATE_NETWORKS allows networks.`,
      )
    const checked = addresses.map((address) => ({ address, family: isIP(address) }))
    const socket = connect({
      host,
      port,
      // Node asks this in place of a resolver; for a host that is an address it asks nobody.
      lookup: (_host, _options, answer) => answer(null, checked),
      autoSelectFamily: true,
    })
    await whenConnected(socket, signal)
    return socket
  }
