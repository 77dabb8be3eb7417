type Address = { pathname: string; search: object }

// The range and the zone change what a page shows, and never which parts it has.
const ofView = new Set(['from', 'to', 'zone'])

const partsOf = (search: object): string =>
  JSON.stringify(Object.entries(search).filter(([name, value]) => !ofView.has(name) && value !== undefined))

/** Whether an address leads away from what another one shows. */
export const leads = (from: Address, to: Address): boolean =>
  from.pathname !== to.pathname || partsOf(from.search) !== partsOf(to.search)
