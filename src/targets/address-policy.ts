import { isIP } from 'node:net'
import { createNetworks } from '../lib/networks.ts'

/** Whether a target may be at an address, as Node writes addresses; anything else is none. */
export type AddressPolicy = (address: string) => boolean

/**
 * What is not public of IPv4: the special-purpose registry of IANA, multicast and what is reserved; and the address at which the
 * machines of Azure find their host, which looks public.
 */
const notPublicIn4 = createNetworks([
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '168.63.129.16/32',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
])

/** All that is handed out of IPv6. What carries an IPv4 address, such as ::ffff:0:0/96 and 64:ff9b::/96, is not in it. */
const handedOut = createNetworks(['2000::/3'])

/** What is special in that: assignments of protocols with Teredo and ORCHID, documentation, and 6to4. */
const notPublicIn6 = createNetworks(['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'])

const isPublic = (address: string): boolean =>
  isIP(address) === 4 ? !notPublicIn4(address) : handedOut(address) && !notPublicIn6(address)

/** Public addresses, and those of networks that the operator allows, such as 10.0.0.0/8. */
export const createAddressPolicy = (privateNetworks: readonly string[]): AddressPolicy => {
  const isAllowed = createNetworks(privateNetworks)
  // An address with a zone is of this machine's own networks.
  return (address) => !address.includes('%') && (isPublic(address) || isAllowed(address))
}
