import fs from 'node:fs'
import { z } from 'zod'
import { ownPlace } from './own-folder.ts'

const packageShape = z.object({ version: z.string() })

/** The version of Channelscope, as its package says it. */
export const ownVersion = (): string =>
  packageShape.parse(JSON.parse(fs.readFileSync(ownPlace('package.json'), 'utf8'))).version
