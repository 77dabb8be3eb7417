import { ConfigError } from '../lib/errors.ts'
import type { Log } from '../lib/log.ts'
import { type DmAt, hasDm, readDmAt, whyWrongPlace } from '../splitting/dm-at.ts'
import { moveUnderWay } from '../splitting/split-state.ts'
import { keepsSession, sessionsNeeded } from '../stores/postgres/keeps-session.ts'
import { SessionClient } from '../stores/postgres/session-client.ts'
import { whenItAnswers } from './when-it-answers.ts'

/** A Postgres database as the configuration names it; one that is not our own has an address that may be wrong. */
export type Named = { variable: string; isGiven: boolean }

/** Refuses a pooler that gives each transaction another session, as a ConfigError. */
export const requireSessions = async ({ variable, isGiven }: Named, url: string): Promise<void> => {
  if (isGiven && !(await keepsSession(url))) throw new ConfigError(sessionsNeeded(variable))
}

/** What a database has of `dm`, on a connection of its own. */
const dmAt = async (url: string): Promise<DmAt> => {
  const client = new SessionClient({
    connectionString: url,
    connectionTimeoutMillis: 5_000,
    application_name: 'channelscope start',
  })
  client.on('error', () => undefined)
  try {
    await client.connect()
    return await readDmAt({ query: async ({ text }, values) => (await client.query(text, values?.slice())).rows })
  } finally {
    await client.end()
  }
}

/** The databases of both sides, and how a sentence names the one of `public`. */
type BothUrls = { publicUrl: string; dmUrl: string; variable: string }

/** How a database is asked, which may not answer at first. */
type Ask = (variable: string, work: () => Promise<DmAt>) => Promise<DmAt>

const askOnce: Ask = (_, work) => work()

const lookAtBoth = async ({ publicUrl, dmUrl, variable }: BothUrls, ask: Ask) => {
  if (publicUrl === dmUrl) return null
  const here = await ask(variable, () => dmAt(publicUrl))
  // The database of an environment that reads a tier has none of its own.
  if (!hasDm(here)) return null
  const there = await ask('DM_DATABASE_URL', () => dmAt(dmUrl))
  const reason = whyWrongPlace(variable, here, there)
  if (reason !== null) throw new ConfigError(reason)
  return moveUnderWay(here.split, there.split)
}

/** Refuses an unused DM_DATABASE_URL where `dm` is elsewhere, as a ConfigError: the program would begin a second one there. Changes nothing. */
export const requirePlaceOfDm = async (urls: BothUrls): Promise<void> => void (await lookAtBoth(urls, askOnce))

/**
 * The move by which `dm` is on its way from the one database to the other; null where it is there, or goes elsewhere. Waits for both databases, and
 * refuses an unused one where `dm` is elsewhere, as a ConfigError.
 */
export const moveBetween = async (urls: BothUrls, log: Log, signal: AbortSignal): Promise<string | null> => {
  const id = await lookAtBoth(urls, (variable, work) => whenItAnswers(variable, log, signal, work))
  if (id !== null) await requireSessions({ variable: 'DM_DATABASE_URL', isGiven: true }, urls.dmUrl)
  return id
}
