import { expect, test } from 'vitest'
import { refuseDemoCredentials } from '../../src/app/refuse-demo-credentials.ts'
import { newKeyText, parseKeyRing } from '../../src/config/key-ring.ts'
import { builtInPlatforms } from '../../src/platforms/registry.ts'
import { createConfiguration } from '../../src/settings/configuration.ts'
import { knownSettings } from '../support/settings/known-settings.ts'
import { createTestDatabase } from '../support/stores/postgres.ts'

const author = { identity: { role: 'ADMIN', name: 'test', subject: null }, requestId: 'test' } as const

test('credentials of the simulated platform are refused where the database holds the channels of the demo, and others are not', async () => {
  await using database = await createTestDatabase()
  const { db } = database
  const configuration = createConfiguration({
    db,
    ring: parseKeyRing(newKeyText())!,
    environment: { name: 'test' },
    settings: knownSettings,
    refuse: refuseDemoCredentials(db, builtInPlatforms),
  })
  const set = (key: string) => configuration.set({ key, value: 'a-value-of-this-test', category: 'auth' }, author)
  const kickKeys = ['kick.client.id', 'kick.client.secret']
  const otherKeys = ['twitch.client.secret', 'twitch.webhook.secret']

  // An attempt that was interrupted is forgotten by the next start.
  await db.pool.query("INSERT INTO dm.demo_past (attempt) VALUES ('one')")
  for (const key of [...kickKeys, ...otherKeys]) expect(await set(key)).toMatchObject({ kind: 'set' })

  await db.pool.query('UPDATE dm.demo_past SET finished_at = now()')
  for (const key of kickKeys) {
    expect(await set(key)).toEqual({
      kind: 'invalid',
      argument: 'key',
      message:
        'key must be another one, because this database holds the channels of the demo: use another database, or another DATA_DIR, for the real Kick.',
    })
    expect(await configuration.list({ key })).toMatchObject([{ version: 1 }])
    expect(await configuration.remove(key, author)).toBe(true)
  }
  for (const key of otherKeys) expect(await set(key)).toMatchObject({ kind: 'set' })
})
