import { createRequire } from 'node:module'

/** What the program's own Node is started with, by its WORKERS. */
export const programFlags: (workers?: string) => string[] = createRequire(import.meta.url)('../../bin/node-flags.cjs')
