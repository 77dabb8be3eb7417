/**
 * `npm run test:image -- --folder /var/tmp/image`: builds both images of the Dockerfile as they are written there, and runs them as their user, on a
 * root that can only be read and with a gigabyte of memory. It needs root, the network, buildah, debootstrap and some minutes. The base images
 * are made of Debian's packages, so no registry of images is asked.
 */
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { silentLog } from '../../src/lib/log.ts'
import { startEmbeddedPostgres } from '../../src/stores/postgres/embedded.ts'
import { dockerfile } from '../support/deploy/deployed.ts'
import { freePort } from '../support/lib/free-port.ts'
import { startClickHouseHttp } from '../support/stores/clickhouse-http.ts'
import { type Buildah, buildahIn, makeBaseImages } from './base-images.ts'
import { type Image, runImage } from './run-image.ts'

const gigabyte = 1024 ** 3
const { values } = parseArgs({
  options: {
    folder: { type: 'string', default: '/var/tmp/channelscope-image' },
    minutes: { type: 'string', default: '5' },
  },
})
const { folder } = values

const missing = ['buildah', 'debootstrap', 'unshare', 'pgrep'].filter((name) => spawnSync(name, ['--version']).error)
if (process.getuid?.() !== 0 || missing.length > 0) {
  console.error(`It needs root and ${missing.join(', ') || 'nothing else'} (apt-get install buildah debootstrap).`)
  process.exit(1)
}

const build = (buildah: Buildah, target: string): Image & { megabytes: number } => {
  const name = `channelscope:${target}`
  buildah(
    'build',
    '--quiet',
    '--pull-never',
    '--isolation=chroot',
    '--format=docker',
    '--layers',
    '--target',
    target,
    '--tag',
    name,
    '.',
  )
  const { Docker } = JSON.parse(buildah('inspect', '--type=image', name))
  const { Env, Entrypoint, Cmd, User } = Docker.config
  const root = buildah('mount', buildah('from', '--pull-never', name))
  const megabytes = Number(execFileSync('du', ['-s', '--block-size=1MB', root], { encoding: 'utf8' }).split('\t')[0])
  return { root, env: Env, command: [...Entrypoint, ...Cmd], user: User, megabytes }
}

const answers = async (url: string): Promise<boolean> => {
  try {
    return (await fetch(url)).ok
  } catch {
    return false
  }
}

const channelsOf = async (url: string): Promise<number> => {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ query: '{ channels(first: 10) { nodes { slug } } }' }),
  })
  return ((await response.json()) as { data: { channels: { nodes: object[] } } }).data.channels.nodes.length
}

const inMegabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`

/** Everything in one container, on the demo, for some minutes. */
const tryEverything = async (image: Image): Promise<void> => {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const data = path.join(folder, 'data-everything')
  rmSync(data, { recursive: true, force: true })
  await using program = runImage(image, { env: { PORT: String(port) }, data, bytes: gigabyte })
  await program.until('it is ready', () => answers(`${url}/ready`))
  assert.ok((await channelsOf(url)) > 0, 'the demo has channels')
  assert.match(await (await fetch(url)).text(), /<div id="root">/)
  let resident = 0
  for (let i = 0; i < Number(values.minutes) * 12; i++) {
    await delay(5_000)
    assert.ok(await answers(`${url}/ready`), `it is ready still: ${program.said()}`)
    resident = Math.max(resident, program.group.resident())
  }
  const { peak, kills } = program.group
  assert.equal(kills(), 0, 'nothing was killed for its memory')
  console.log(
    `The demo for ${values.minutes} minutes in 1 GB: at most ${inMegabytes(resident)} of its own, ${inMegabytes(peak())} with pages of files.`,
  )
  assert.equal(await program.stop(), 0, program.said())
}

/** Without embedded stores: a refusal that says so, and a node on stores of their own. */
const tryServer = async (image: Image): Promise<void> => {
  const data = path.join(folder, 'data-server')
  rmSync(data, { recursive: true, force: true })
  {
    await using refused = runImage(image, { env: {}, data, bytes: gigabyte })
    assert.equal(await refused.ended, 1)
    assert.match(refused.said(), /There is no embedded Postgres .*set DATABASE_URL/)
  }
  const stores = path.join(folder, 'stores')
  rmSync(stores, { recursive: true, force: true })
  mkdirSync(stores, { recursive: true, mode: 0o755 })
  await using postgres = await startEmbeddedPostgres({ directory: path.join(stores, 'postgres'), log: silentLog })
  await using clickHouse = await startClickHouseHttp(path.join(stores, 'clickhouse'))
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const env = { PORT: String(port), DATABASE_URL: postgres.url, CLICKHOUSE_URL: clickHouse.url, DEMO: 'off' }
  await using program = runImage(image, { env, data, bytes: gigabyte })
  await program.until('it is ready', () => answers(`${url}/ready`))
  assert.equal(await channelsOf(url), 0)
  console.log(`A node on stores of its own: ${inMegabytes(program.group.resident())} of its own.`)
  assert.equal(await program.stop(), 0, program.said())
}

mkdirSync(folder, { recursive: true })
const { DEBIAN, NODE } = dockerfile().args
const buildah = buildahIn(folder)
makeBaseImages(buildah, { debian: DEBIAN!, node: NODE! }, folder)
try {
  const server = build(buildah, 'server')
  console.log(`The file system of the image without embedded stores: ${server.megabytes} MB.`)
  assert.ok(server.megabytes < 400)
  await tryServer(server)
  const everything = build(buildah, 'everything')
  console.log(`The file system of the image with everything: ${everything.megabytes} MB.`)
  assert.ok(everything.megabytes < 1_000)
  await tryEverything(everything)
} finally {
  buildah('rm', '--all')
}
