import type { Role } from '../data/api.tsx'

/** The places in the bar and the palette, with the role that they need. */
export const places: readonly (readonly [path: string, name: string, role: Role])[] = [
  ['/', 'Live', 'PUBLIC'],
  ['/channels', 'Channels', 'PUBLIC'],
  ['/compare', 'Compare', 'PUBLIC'],
  ['/inbox', 'Inbox', 'OPERATOR'],
  ['/alerts', 'Alerts', 'OPERATOR'],
  ['/operations', 'Operations', 'OPERATOR'],
  ['/settings', 'Settings', 'OPERATOR'],
]
