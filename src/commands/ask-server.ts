import fs from 'node:fs'
import path from 'node:path'
import { request } from 'undici'
import { z } from 'zod'
import { bootstrapKeys } from '../bootstrap-keys.ts'
import type { Config } from '../config.ts'
import { type CommandLine, commandPath } from '../http/command-route.ts'
import { ConfigError, reasonText } from '../lib/errors.ts'
import type { Say } from './command.ts'

const holderShape = z.object({ url: z.string() })
const refusalShape = z.object({ errors: z.tuple([z.object({ message: z.string() })]) })

/** Where the server that has the data directory listens; undefined when nobody has said so. */
export const serverOf = (dataDir: string): string | undefined => {
  try {
    return holderShape.safeParse(JSON.parse(fs.readFileSync(path.join(dataDir, 'holder.json'), 'utf8'))).data?.url
  } catch {
    return undefined
  }
}

/** Whoever listens everywhere is reached on this machine. */
const reachable = (url: string): string => url.replace('://0.0.0.0:', '://127.0.0.1:').replace('://[::]:', '://[::1]:')

/** Has the server run a command and says what it says; whether it did what it was asked to. */
export const askServer = async (
  config: Config,
  url: string,
  command: string,
  args: readonly string[],
  say: Say,
  signal: AbortSignal,
): Promise<boolean> => {
  const { admin } = bootstrapKeys(config.dataDir, config.keys)
  const answer = await request(new URL(commandPath, reachable(url)), {
    method: 'POST',
    headers: { authorization: `Bearer ${admin}`, 'content-type': 'application/json' },
    body: JSON.stringify({ command, args }),
    headersTimeout: 0,
    bodyTimeout: 0,
    signal,
  }).catch((error: unknown) => {
    signal.throwIfAborted()
    throw new ConfigError(`The server at ${url} has the data directory and does not answer (${reasonText(error)}).`)
  })
  if (answer.statusCode !== 200) {
    const refusal = refusalShape.safeParse(await answer.body.json().catch(() => null)).data
    throw new ConfigError(refusal?.errors[0].message ?? `The server at ${url} answered ${answer.statusCode}.`)
  }
  let rest = ''
  let ok: boolean | undefined
  for await (const chunk of answer.body.setEncoding('utf8')) {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop()!
    for (const text of lines) {
      const line = JSON.parse(text) as CommandLine
      if ('say' in line) say(line.say)
      else {
        ok = line.ok
        if (line.error !== undefined) say(line.error)
      }
    }
  }
  if (ok === undefined) throw new ConfigError(`The server at ${url} ended before the command did.`)
  return ok
}
