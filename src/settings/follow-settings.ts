import { Socket } from 'node:net'
import pg from 'pg'
import { backoffMs, sleep } from '../lib/backoff.ts'
import type { Log } from '../lib/log.ts'
import type { Postgres, Transaction } from '../stores/postgres/postgres.ts'
import { configurationNotifyChannel } from './configuration.ts'
import { readSettings } from './read-settings.ts'
import type { StoredSettings } from './settings.ts'

export type FollowSettingsOptions = {
  db: Postgres
  settings: StoredSettings
  log: Log
  /** How often the entries are read without having been told to. */
  pollMs?: number
}

const backoff = { baseMs: 100, maxMs: 5_000 }

/**
 * Keeps the settings as they are stored, on a connection of its own. A notification only makes the next read come sooner,
 * the slow poll is the guarantee. While the database is away the last known values stay.
 */
export const followSettings = ({ db, settings, log, pollMs = 2_000 }: FollowSettingsOptions): AsyncDisposable => {
  const stop = new AbortController()
  let failures = 0

  const followConnection = async (): Promise<void> => {
    const socket = new Socket()
    const client = new pg.Client({
      ...db.pool.options,
      application_name: 'channelscope settings',
      stream: () => socket,
    })
    const connection: Transaction = {
      query: async ({ name, text }, values) => (await client.query({ name, text, values: [...(values ?? [])] })).rows,
    }
    let told = false
    let lost = false
    let wake = () => {}
    const lose = () => {
      lost = true
      // Also ends a statement under way. Nothing is open on this connection that a goodbye would settle.
      socket.destroy()
      wake()
    }
    client.on('error', lose)
    client.on('end', lose)
    client.on('notification', () => {
      told = true
      wake()
    })
    stop.signal.addEventListener('abort', lose)
    try {
      await client.connect()
      // Listening comes before reading, so that nothing is committed between the two unnoticed.
      await client.query(`LISTEN ${configurationNotifyChannel}`)
      while (!lost) {
        told = false
        settings.update(await readSettings(connection))
        failures = 0
        if (told || lost) continue
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, pollMs)
          wake = () => {
            clearTimeout(timer)
            resolve()
          }
        })
      }
    } finally {
      stop.signal.removeEventListener('abort', lose)
      socket.destroy()
    }
  }

  const run = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      await followConnection().catch((error: Error) => {
        if (!stop.signal.aborted) log.warn({ err: error.message }, 'the connection that follows settings failed')
      })
      await sleep(backoffMs(failures++, backoff), stop.signal)
    }
  }
  const running = run()
  return {
    async [Symbol.asyncDispose]() {
      stop.abort()
      await running
    },
  }
}
