import type { PlatformDefinition } from '../platform-definition.ts'
import { xRequestsPerSecond } from './x-platform.ts'

/** X, which tells who somebody is and nothing about broadcasts. */
export const x: PlatformDefinition = {
  name: 'x',
  title: 'X',
  requestsPerSecond: xRequestsPerSecond,
  events: { chat: [], follows: [] },
  secretHeaders: [],
}
