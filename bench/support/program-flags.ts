import { createRequire } from 'node:module'

/** What the program's own Node is started with. */
export const programFlags: string[] = createRequire(import.meta.url)('../../bin/node-flags.cjs')
