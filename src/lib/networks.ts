import { BlockList, isIP } from 'node:net'

/** Whether an address, as Node writes it, is in one of some networks. An IPv4 address that is written as IPv6 is in the networks of both. */
export type Networks = (address: string) => boolean

const familyOf = (address: string) => (isIP(address) === 6 ? 'ipv6' : 'ipv4')

/** Networks like 10.0.0.0/8, and single addresses; what is neither is a TypeError. */
export const createNetworks = (networks: readonly string[]): Networks => {
  const list = new BlockList()
  for (const network of networks) {
    const [address = '', bits] = network.split('/')
    if (bits === undefined) list.addAddress(address, familyOf(address))
    else list.addSubnet(address, Number(bits), familyOf(address))
  }
  return (address) => isIP(address) !== 0 && list.check(address, familyOf(address))
}

/** An address, or a network like 10.0.0.0/8, as it is written; undefined for anything else. */
export const readNetwork = (text: string): string | undefined => {
  const [, address = '', bits] = /^([\d.]+|[\da-f:.]+)(?:\/(\d{1,3}))?$/i.exec(text) ?? []
  const longest = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1
  return Number(bits ?? 0) <= longest ? text : undefined
}

/** Networks that belong to one owner have at least as many bits as the largest private ones, 10.0.0.0/8 and fc00::/7. */
const leastBits = { ipv4: 8, ipv6: 7 } as const
const mapped = /^::ffff:[\d.:a-f]*$/i

/** Whether a network, as `readNetwork` takes it, has more addresses than anybody's own, such as 0.0.0.0/0. */
export const isBeyondOwn = (network: string): boolean => {
  const [address = '', bits] = network.split('/')
  if (bits === undefined) return false
  // All of IPv4 is in ::ffff:0:0/96, and may be written so.
  return Number(bits) < (mapped.test(address) ? 96 + leastBits.ipv4 : leastBits[familyOf(address)])
}
