import { afterAll, beforeAll, expect, test } from 'vitest'
import { startKickServer } from '../../src/demo/kick-server.ts'
import { createWorld } from '../../src/demo/world.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { ask } from '../support/http/ask.ts'
import { historyOf, stateOf } from '../support/legacy/adopted-state.ts'
import { type LegacySystem, makeAwkwardSystems, outcomeOf } from '../support/legacy/adopting.ts'
import { onConnection } from '../support/legacy/legacy-database.ts'
import { startOldWriters } from '../support/legacy/old-writers.ts'
import { eventually } from '../support/lib/eventually.ts'
import { describeDatabase } from '../support/stores/describe-database.ts'
import { describeHistory } from '../support/stores/describe-history.ts'
import { sharedDirectory } from '../support/stores/shared-directory.ts'

let stack: AsyncDisposableStack
let system: LegacySystem

beforeAll(async () => {
  stack = new AsyncDisposableStack()
  const systems = stack.use(await makeAwkwardSystems())
  system = stack.use(await systems.create())
})
afterAll(() => stack.disposeAsync())

const everything = async () => {
  const postgres = await onConnection(system.url, async (client) => ({
    objects: Object.fromEntries(await describeDatabase(client)),
    rows: await stateOf(client, new Date(8.64e15)),
  }))
  await using store = await system.openHistory()
  return {
    ...postgres,
    history: { objects: Object.fromEntries(await describeHistory(store)), rows: await historyOf(store) },
  }
}

test('before it is adopted a start is refused in one line, and neither that nor a plan changes anything', async () => {
  const before = await everything()
  const start = await system.run('start')
  expect(start).toEqual({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(/^[^\n]* run `channelscope adopt plan`\.\n$/),
  })
  expect(await system.run('migrate', '--check')).toEqual(start)
  const doctor = await system.run('doctor')
  expect(doctor.stdout).toContain(`WRONG  ${start.stderr}`)
  for (const command of [['plan'], ['phase-a', '--dry-run', '--json']]) {
    const { code, stderr } = await system.run('adopt', ...command)
    expect({ command, code, stderr }).toEqual({ command, code: 0, stderr: '' })
  }
  expect((await system.run('adopt', 'plan')).stdout).toMatch(
    /^ENVIRONMENT is production and TIER is production: [^\n]+\nmigrations: /,
  )
  for (const command of [['phase-b', '--yes']])
    expect(await system.run('adopt', ...command)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^[^\n]+\n$/),
    })
  expect(await everything()).toEqual(before)
})

test('while another adopt command runs a second one says so and changes nothing', async () => {
  const before = await everything()
  await onConnection(system.url, async (client) => {
    // The lock that every command takes.
    await client.query('SELECT pg_advisory_lock(1422806133)')
    expect(await system.run('adopt', 'phase-a')).toEqual({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^Another adopt command is running[^\n]*\n$/),
    })
  })
  expect(await everything()).toEqual(before)
})

test('Channelscope polls and answers beside the old writers on the adopted channels, and both stay in step', async () => {
  const { id: user, slug } = { id: 85_000_001, slug: 'beside' }
  const world = createWorld({ clock: systemClock, seed: 5 })
  await using kick = await startKickServer({ world, seed: 5 })
  world.add({ id: user, slug })
  world.goLive(user, { title: 'Seen by the poller' })
  expect(await system.run('adopt', 'phase-a')).toMatchObject({ code: 0, stderr: '' })
  // An old writer asks for it to be polled, and tells of a broadcast of another one.
  await onConnection(system.url, async (old) => {
    await old.query(`INSERT INTO public.kick_streamer_probe_schedule (kick_user_id) VALUES ('${user}')`)
    await old.query(`INSERT INTO public.kick_stream_sessions (kick_user_id, channel_name, stream_started_at, title)
      VALUES ('85000002', 'told_by_the_old', date_trunc('second', now()) - interval '1 hour', 'Told by the old system')`)
  })
  await using writers = await startOldWriters({ url: system.url, perSecond: 20, writers: 2, firstUser: 84_000_000 })
  await using program = system.spawn(['start'], {
    KICK_API_URL: kick.url,
    KICK_ID_URL: kick.url,
    KICK_CLIENT_ID: kick.credentials.clientId,
    KICK_CLIENT_SECRET: kick.credentials.clientSecret,
  })
  const url = await program.serving()
  const titleOf = async (name: string) => {
    const document = `query ($slug: String!) { channel(slug: $slug) { platformUserId status sessions(first: 1) { nodes { title } } } }`
    const { data, errors } = await ask(url, document, { slug: name }, system.env.ADMIN_KEY)
    expect(errors).toBeUndefined()
    return data.channel
  }
  // What the poller sees is in the old table, and the API tells it.
  await onConnection(system.url, (old) =>
    eventually('the old table has the broadcast that the poller saw', async () => {
      const { rows } = await old.query(`SELECT title FROM public.kick_stream_sessions WHERE kick_user_id = '${user}'`)
      return rows[0]?.title === 'Seen by the poller'
    }),
  )
  expect(await titleOf(slug)).toMatchObject({
    platformUserId: String(user),
    sessions: { nodes: [{ title: 'Seen by the poller' }] },
  })
  expect(await titleOf('told_by_the_old')).toMatchObject({ sessions: { nodes: [{ title: 'Told by the old system' }] } })
  const { failures } = await writers.stop()
  expect(failures).toEqual([])
  program.kill('SIGTERM')
  expect(await program.ended).toMatchObject({ code: 0 })
  // What a trigger gave up because somebody was in its way is looked after.
  expect(await system.run('adopt', 'phase-a')).toMatchObject({ code: 0, stderr: '' })
  const status = await system.run('adopt', 'status')
  expect(status).toMatchObject({ code: 0, stdout: expect.stringContaining('Nothing differs.') })
})

test('a status begins with the verdict, and a plan of Phase B tells what the real call would say', {
  timeout: 180_000,
}, async () => {
  const status = await system.run('adopt', 'status')
  expect(status.stdout).toMatch(
    /^Both systems run on this database\.\nNothing differs\.\n[\s\S]*\nPhase A found this as well[\s\S]*\nrows-of-another-env: /,
  )
  const planned = await system.run('adopt', 'phase-b', '--dry-run')
  expect(planned).toMatchObject({ code: 0, stderr: '' })
  expect(planned.stdout).toMatch(/^It drops public\.streamer_channels, /m)
  expect(planned.stdout).toMatch(/^It would be refused now: .+--quiet-for changes that\)\.$/m)
})

test('with another DATA_DIR no command goes on, and none begins a phase', async () => {
  await using other = await sharedDirectory('another-place')
  for (const args of [
    ['status'],
    ['plan'],
    ['phase-a'],
    ['phase-b', '--dry-run'],
    ['phase-b', '--quiet-for', '0', '--yes'],
    ['rollback'],
  ]) {
    const outcome = await outcomeOf(system.spawn(['adopt', ...args], { DATA_DIR: other.path }))
    expect({ args, ...outcome }).toEqual({
      args,
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^This is not the ClickHouse that Phase A took over: [^\n]+\n$/),
    })
  }
  expect(await outcomeOf(system.spawn(['adopt', 'status'], { ENVIRONMENT: 'dev' }))).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^ENVIRONMENT is dev, and it was production when Phase A began: [^\n]+\n$/),
  })
  expect((await system.run('adopt', 'status')).stdout).toMatch(/^Both systems run on this database\./)
})
