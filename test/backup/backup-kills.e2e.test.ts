import fs from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { openDestination } from '../../src/backup/destination.ts'
import { findManifest, listBackups } from '../../src/backup/manifest.ts'
import { verifyBackup } from '../../src/backup/verify-backup.ts'
import { runProgram } from '../support/app/program.ts'
import { createTestDatabase } from '../support/stores/postgres.ts'
import { seed } from '../support/stores/seed.ts'
import { temporaryDirectory } from '../support/stores/temporary-directory.ts'

// How often a backup is killed at a random moment, says BACKUP_KILLS.
const kills = Number(process.env.BACKUP_KILLS ?? 1)
const { signal } = new AbortController()

test('a backup that is killed leaves the last good one usable, and its rest goes with the next one', {
  timeout: 180_000 + kills * 40_000,
}, async () => {
  await using folder = await temporaryDirectory('backup-kills')
  await using directory = await temporaryDirectory('backup-kills-data')
  await using database = await createTestDatabase()
  const destination = openDestination(folder.path, '/', undefined)
  await seed(database.db).fullChannels(400)
  const env = { ...database.variables, DATA_DIR: directory.path, KICK_CLIENT_ID: 'x', KICK_CLIENT_SECRET: 'y' }
  {
    await using migrated = runProgram({ args: ['migrate'], env: env })
    expect(await migrated.ended).toMatchObject({ code: 0 })
  }
  const start = () => runProgram({ args: ['backup', folder.path, '--json'], env })
  {
    await using program = start()
    expect(await program.ended).toMatchObject({ code: 0 })
  }
  let lengthMs = 2_000
  const found = { whole: 0, unfinished: 0 }
  for (let killed = 0; killed < kills; ) {
    // Otherwise there would be little to write.
    await database.db.pool.query(`UPDATE dm.streamer_channel SET bio = $1`, [`before kill ${killed}`])
    const last = await findManifest(destination, undefined)
    await using program = start()
    await program.says('"snapshot"')
    const began = performance.now()
    const over = program.ended.then(() => true)
    const pause = new Promise<false>((resolve) => setTimeout(resolve, Math.random() * lengthMs, false))
    const isOver = await Promise.race([over, pause])
    if (!isOver) program.kill('SIGKILL')
    if ((await program.ended).signal) killed++
    // So that most kills come while it works, on whatever machine.
    else lengthMs = Math.max(50, performance.now() - began)
    const ids = await listBackups(destination)
    expect(ids).toContain(last.id)
    found[ids.at(-1) === last.id ? 'unfinished' : 'whole']++
    for (const id of ids)
      expect(await verifyBackup(destination, await findManifest(destination, id), signal)).toEqual([])
  }
  await using program = start()
  expect(await program.ended).toMatchObject({ code: 0 })
  const ids = await listBackups(destination)
  for (const parent of ['backups', 'clickhouse'])
    expect((await fs.readdir(path.join(folder.path, parent))).sort()).toEqual(ids)
  console.info({ kills, found })
})
