import fs from 'node:fs'
import { z } from 'zod'

const packageShape = z.object({ version: z.string() })

/** The version of Channelscope, as its package says it. */
export const ownVersion = (): string =>
  packageShape.parse(JSON.parse(fs.readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))).version
