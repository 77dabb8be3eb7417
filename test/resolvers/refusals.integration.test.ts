import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { startTestApi } from '../support/http/api.ts'
import { createTestDatabase } from '../support/stores/postgres.ts'
import { seed } from '../support/stores/seed.ts'

test('a list of which one entry is refused at once and another later leaves no rejection that nobody handles', async () => {
  await using database = await createTestDatabase()
  const { db } = database
  const seeding = seed(db)
  await seeding.fullChannels(1)
  await seeding.channel({ slug: 'without-a-session' })
  await using api = await startTestApi({ db })
  const unhandled: unknown[] = []
  const listener = (reason: unknown) => unhandled.push(reason)
  process.on('unhandledRejection', listener)
  try {
    const query = `{ channels(orderBy: SLUG_ASC) { nodes { currentSession { channel { slug } } eventSubscriptions { id } } } }`
    const { errors } = await api.ask(query)
    expect(errors![0]!.extensions.code).toBe('FORBIDDEN')
    await turn()
    expect(unhandled).toEqual([])
  } finally {
    process.off('unhandledRejection', listener)
  }
})
