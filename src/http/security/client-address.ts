import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import { type Log, silentLog } from '../../lib/log.ts'
import { isLoopback } from '../../lib/loopback.ts'
import { createNetworks } from '../../lib/networks.ts'

/**
 * The address that limits count a request for: an IPv4 address, or the network of 64 bits that an IPv6 address is in,
 * since whoever has one of those has all of it. Empty where there is none, as over a Unix socket. This machine's own only where
 * nobody forwarded the request: what came by a proxy of this machine that does not tell from whom is `behind` its address.
 */
export type AddressOf = (request: Pick<IncomingMessage, 'socket' | 'headers'>) => string

const mapped = '::ffff:'

const withoutMapping = (address: string): string =>
  address.startsWith(mapped) && isIP(address.slice(mapped.length)) === 4 ? address.slice(mapped.length) : address

const networkOf = (address: string): string => {
  if (!address.includes(':') || address === '::1') return address
  const [head = '', tail] = address.split('::')
  const first = head.split(':').filter(Boolean)
  const last = tail?.split(':').filter(Boolean) ?? []
  const zeros = Array<string>(Math.max(0, 8 - first.length - last.length)).fill('0')
  const groups = [...first, ...zeros, ...last].slice(0, 4)
  return `${groups.map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`
}

/** An address as proxies write it: bare, with a port, or in brackets; undefined for anything else. */
const readHop = (text: string): string | undefined => {
  const bare = withoutMapping(/^\[(.+)\](?::\d+)?$/.exec(text)?.[1] ?? text.replace(/^([\d.]+):\d+$/, '$1'))
  return isIP(bare) === 0 ? undefined : bare
}

// Whoever sends one of these says that they ask for somebody else.
const forwards = /^(forwarded|via|x-real-ip|x-forwarded-.+|x-client-ip|true-client-ip|cf-connecting-ip)$/

const isForwarded = (headers: IncomingMessage['headers']): boolean => {
  for (const name in headers) if (forwards.test(name)) return true
  return false
}

/**
 * Tells where a request comes from. X-Forwarded-For counts only when a trusted proxy sent it, and of it only what trusted
 * proxies wrote: the last address in it that is not one of theirs. Whatever else it says, anybody could have written.
 */
export const createAddressOf = (trustedProxies: readonly string[] = [], log: Log = silentLog): AddressOf => {
  const isTrusted = createNetworks(trustedProxies)
  let isTold = false

  /** The last address before the trusted proxies; that of the connection where they tell none. */
  const clientOf = (own: string, forwarded: string | string[] | undefined): string => {
    const hops = forwarded === undefined ? [] : String(forwarded).split(',')
    let address = own
    while (hops.length > 0 && isTrusted(address)) {
      const hop = readHop(hops.pop()!.trim())
      if (hop === undefined) break
      address = hop
    }
    return isLoopback(address) ? own : address
  }

  return ({ socket, headers }) => {
    const own = withoutMapping(socket.remoteAddress ?? '')
    const client = trustedProxies.length > 0 ? clientOf(own, headers['x-forwarded-for']) : own
    if (!isLoopback(client)) return networkOf(client)
    if (!isForwarded(headers)) return client
    if (!isTold && !isTrusted(own))
      log.warn({ proxy: own }, 'the callers behind this proxy share one limit: name it in TRUSTED_PROXIES')
    isTold = true
    return `behind ${own || 'a local socket'}`
  }
}
