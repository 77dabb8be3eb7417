import type { LiveValue } from '../../lib/live-value.ts'
import type { PlatformDefinition } from '../platform-definition.ts'
import { createXPlatform, type XAccess } from './x-platform.ts'
import { xVariables } from './x-variables.ts'

/** X, which tells who somebody is and nothing about broadcasts. */
export const x: PlatformDefinition = {
  name: 'x',
  title: 'X',
  variables: xVariables,
  events: { chat: [], follows: [] },
  untoldTotals: { subscribers: 'X tells nobody how many subscribe to an account.' },
  secretHeaders: [],
  createPlatform: ({ now }: LiveValue<XAccess>, parts) =>
    createXPlatform({ ...now(), ...parts, token: () => now().bearerToken }),
}
