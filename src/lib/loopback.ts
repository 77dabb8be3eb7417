/** Whether an address is this machine's own. */
export const isLoopback = (address: string): boolean =>
  address === '' || address === '::1' || address.startsWith('127.')
