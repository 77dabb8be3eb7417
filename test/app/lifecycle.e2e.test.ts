import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { diagnose } from '../../src/cli/doctor.ts'
import { stillRunning } from '../support/app/processes.ts'
import { type Program, runProgram, secretsSaid } from '../support/app/program.ts'
import { ask, isReady, metric } from '../support/http/ask.ts'
import { eventually } from '../support/lib/eventually.ts'
import { connectLive } from '../support/live/live-client.ts'
import { sharedDirectory } from '../support/stores/shared-directory.ts'

// One data directory goes through all of these in turn, as it would in real life.
let directory: AsyncDisposable & { path: string }
let adminKey: string
let past: { channel: object; from: string; to: string; samples: number }
beforeAll(async () => {
  directory = await sharedDirectory('lifecycle')
})
afterAll(() => directory[Symbol.asyncDispose]())

const patience = 180_000
const start = (command?: [string, ...string[]]): Program =>
  runProgram({ env: { DATA_DIR: path.join(directory.path, 'data') }, command })

const liveQuery =
  '{ channels(first: 1, filter: { status: ONLINE }, orderBy: FIRST_SEEN_DESC) { nodes { channelId externalId platformUserId } } }'
const roleQuery = '{ me { role } }'
const samplesQuery = `query ($id: ID!, $range: TimeRange!) { channel(id: $id) { viewers(range: $range, bucket: RAW, maxPoints: 5000) { points { start } } } }`

const samples = async (
  url: string,
  { channelId }: { channelId: string },
  from: string,
  to: string,
): Promise<number> => {
  const { data } = await ask(url, samplesQuery, { id: channelId, range: { from, to } })
  return data.channel.viewers.points.length
}

const roleOf = async (url: string, key: string) => (await ask(url, roleQuery, {}, key)).data.me.role

const ends = async (program: Program): Promise<{ code: number | null; signal: NodeJS.Signals | null }> => {
  const result = await program.ended
  expect(stillRunning(program.tree()), 'processes left behind').toEqual([])
  return result
}

test('npm start prints where it is and its keys, and Ctrl-C under load, with streams open, leaves nothing behind', {
  timeout: patience,
}, async () => {
  await using program = start(['npm', 'start'])
  const url = await program.serving()
  adminKey = /admin key +(\S+)/.exec(program.stdout())![1]!
  expect(await roleOf(url, adminKey)).toBe('ADMIN')
  expect(await roleOf(url, /operator key +(\S+)/.exec(program.stdout())![1]!)).toBe('OPERATOR')
  await eventually('it is ready', () => isReady(url))

  await eventually('the present follows on the past', async () => (await metric(url, 'probes_total')) > 0)
  await eventually('all of the past is in ClickHouse', async () => (await metric(url, 'spool_rows')) === 0)
  const channel = (await ask(url, liveQuery)).data.channels.nodes[0]
  const [from, to] = [Date.now() - 6 * 3_600_000, Date.now() - 60_000].map((ms) => new Date(ms).toISOString()) as [
    string,
    string,
  ]
  past = { channel, from, to, samples: await samples(url, channel, from, to) }
  expect(past.samples, 'the demo has a past').toBeGreaterThan(0)

  await using socket = await connectLive(`${url.replace('http', 'ws')}/graphql`)
  socket.subscribe('1', 'subscription { channelStatus { __typename } }')
  await socket.data()
  const stream = await fetch(`${url}/graphql?query=subscription{channelStatus{__typename}}`, {
    headers: { Accept: 'text/event-stream' },
  })
  // It has no end of its own: its client is cut off, and comes again.
  const streamed = stream.text().catch(() => undefined)
  let asked = 0
  const askOn = async (): Promise<never> => {
    for (;;) {
      await ask(url, liveQuery)
      asked++
    }
  }
  const load = Promise.allSettled(Array.from({ length: 8 }, askOn))
  await eventually('the load is on', () => asked > 50)

  program.tree()
  program.kill('SIGINT', 'group')
  // How npm itself ends is between npm and the shell.
  await ends(program)
  expect(program.stdout()).toContain('Stopping…')
  expect(existsSync(path.join(directory.path, 'data', 'holder.json')), 'it had the time to clean up').toBe(false)
  expect(await socket.closed).toMatchObject({ code: 1001 })
  await streamed
  await load
})

test('a second start on the same data directory ends at once and names the process and the address of the first', {
  timeout: patience,
}, async () => {
  await using program = start()
  const url = await program.serving()
  expect(program.stdout(), 'keys are shown once').not.toContain(adminKey)
  await using second = start()
  expect(await second.ended).toMatchObject({ code: 1 })
  expect(second.stderr().trim().split('\n')).toEqual([
    expect.stringMatching(new RegExp(`^DATA_DIR .* is in use by process ${program.pid}, serving ${url}: `)),
  ])

  // What becomes of a machine that is short of memory: the next start finds the rest.
  program.kill('SIGKILL')
  await program.ended
  const orphans = stillRunning(program.tree())
  expect(orphans.length, 'Postgres was left behind').toBeGreaterThan(0)
  const said = (await diagnose({ PORT: '0', DATA_DIR: path.join(directory.path, 'data') })).map(({ text }) => text)
  expect(said).toContainEqual(
    expect.stringMatching(/^DATA_DIR: .* The Postgres of a process that was killed still runs/),
  )
  await using third = start()
  const again = await third.serving()
  expect(stillRunning(orphans)).toEqual([])
  expect(await roleOf(again, adminKey)).toBe('ADMIN')
  const { data } = await ask(again, 'query ($id: ID!) { channel(id: $id) { channelId externalId platformUserId } }', {
    id: (past.channel as { channelId: string }).channelId,
  })
  expect(data.channel).toEqual(past.channel)
  expect(await samples(again, past.channel as never, past.from, past.to)).toBe(past.samples)

  third.kill('SIGINT', 'group')
  expect(await ends(third)).toEqual({ code: 0, signal: null })
})

test('the embedded Postgres is started again when it is killed, and a second signal ends what a first one waits for', {
  timeout: patience,
}, async () => {
  await using program = start()
  const url = await program.serving()
  await eventually('it is ready', () => isReady(url))
  const before = program.tree()
  const lockFile = path.join(directory.path, 'data', 'postgres', 'cluster', 'postmaster.pid')
  const [postmaster] = (await readFile(lockFile, 'utf8')).split('\n')
  process.kill(Number(postmaster), 'SIGKILL')
  await eventually('all of the killed Postgres is gone', () => stillRunning(before).length === 1)
  await eventually('another one serves', async () => (await isReady(url)) && (await ask(url, liveQuery)).data)
  expect(program.tree().length).toBeGreaterThan(before.length)

  const held = connect(Number(new URL(url).port), '127.0.0.1')
  await once(held, 'connect')
  held.on('error', () => undefined)
  // Told to go on, the request is under way.
  held.write(
    'POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\nExpect: 100-continue\r\n\r\n',
  )
  expect(String(await once(held, 'data'))).toContain('100 Continue')
  program.kill('SIGTERM')
  await program.says('Stopping…')
  // Signals closer together are one, and a process that is exiting has no ears for a third.
  setTimeout(() => program.kill('SIGTERM'), 1_100)
  const { code, signal } = await program.ended
  held.destroy()
  expect({ code, signal }).toEqual({ code: 130, signal: null })
  await eventually('nothing is left', () => stillRunning(program.tree()).length === 0)

  await using last = start()
  await eventually('it has recovered', async () => isReady(await last.serving()))
  last.kill('SIGTERM')
  expect(await ends(last)).toEqual({ code: 0, signal: null })
})

test('one Ctrl-C that arrives twice, from the terminal and from npm, is one', async () => {
  const script = `
    import { stopSignal } from ${JSON.stringify(new URL('../../src/cli/stop-signal.ts', import.meta.url))}
    const interrupt = () => process.kill(process.pid, 'SIGINT')
    const running = setInterval(() => {}, 1000)
    stopSignal().addEventListener('abort', () => {
      interrupt()
      setTimeout(() => clearInterval(running), 50)
    })
    interrupt()`
  await using program = runProgram({ command: [process.execPath, '--input-type=module', '--eval', script] })
  expect(await program.ended, program.stderr()).toEqual({ code: 0, signal: null })
})

test('a stop that hangs is given up, which is said', async () => {
  const script = `
    import { stopSignal } from ${JSON.stringify(new URL('../../src/cli/stop-signal.ts', import.meta.url))}
    setInterval(() => {}, 1000)
    stopSignal(100)
    process.kill(process.pid, 'SIGTERM')`
  await using program = runProgram({ command: [process.execPath, '--input-type=module', '--eval', script] })
  expect(await program.ended).toEqual({ code: 1, signal: null })
  expect(program.stderr()).toBe(
    'Stopping took longer than 0.1 seconds and is given up. What was acknowledged is on the disk.\n',
  )
})

test('no secret was said aloud', async () => {
  const password = await readFile(path.join(directory.path, 'data', 'postgres', 'password'), 'utf8')
  expect(password.trim()).not.toBe('')
  expect(secretsSaid([password.trim()])).toEqual([])
})
