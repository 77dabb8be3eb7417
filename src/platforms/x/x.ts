import type { PlatformDefinition } from '../platform-definition.ts'
import { createXPlatform, type XAccess } from './x-platform.ts'
import { xVariables } from './x-variables.ts'

/** X, which tells who somebody is and nothing about broadcasts. */
export const x: PlatformDefinition = {
  name: 'x',
  title: 'X',
  variables: xVariables,
  events: { chat: [], follows: [] },
  secretHeaders: [],
  createPlatform: (access: XAccess, parts) => createXPlatform({ ...access, ...parts }),
}
