import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const root = path.resolve(import.meta.dirname, '../..')
const packages = ['graphql', '@graphql-typed-document-node', '@apollo', '@urql', 'graphql-ws', 'graphql-sse', 'rxjs']

const program = `import { ChannelsLive, LiveChannels } from './live-status/generated/graphql.ts'
import { apolloClient } from './live-status/with-apollo.ts'
import { urqlClient } from './live-status/with-urql.ts'
import { createClient } from 'graphql-ws'

const socket = createClient({ url: 'ws://127.0.0.1:1/graphql' })
const apollo = apolloClient(socket)
const urql = urqlClient('http://127.0.0.1:1/graphql', socket)

export const byApollo = async (): Promise<string | null | undefined> => {
  const { data } = await apollo.query({ query: LiveChannels, variables: { first: 5 } })
  return data?.channels.nodes[0]?.slug
}
export const byUrql = async (): Promise<string | null | undefined> => {
  const { data } = await urql.query(LiveChannels, { first: 5 })
  return data?.channels.nodes[0]?.slug
}
export const isLast = urql.subscription(ChannelsLive, { slugs: ['a'] })
// @ts-expect-error The variable is a list of text.
urql.subscription(ChannelsLive, { slugs: 1 })
// @ts-expect-error The variable is a list of text.
apollo.subscribe({ query: ChannelsLive, variables: { slugs: 1 } })
`

test('the documents and recipes are used by Apollo and urql in another project, with their types and without a wrapper', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'another-project-'))
  try {
    await cp(path.join(root, 'clients'), folder, { recursive: true })
    await mkdir(path.join(folder, 'node_modules'))
    for (const name of packages)
      await symlink(path.join(root, 'node_modules', name), path.join(folder, 'node_modules', name))
    await writeFile(path.join(folder, 'program.ts'), program)
    await writeFile(path.join(folder, 'package.json'), '{"type": "module"}')
    const strict = ['--strict', '--noEmit', '--skipLibCheck', '--target', 'es2023', '--lib', 'es2023,dom,dom.iterable']
    const modules = ['--module', 'preserve', '--allowImportingTsExtensions', '--resolveJsonModule']
    const tsc = path.join(root, 'node_modules/typescript/bin/tsc')
    const run = promisify(execFile)(process.execPath, [tsc, ...strict, ...modules, 'program.ts'], { cwd: folder })
    const { stdout } = await run.catch((failed: { stdout: string }) => failed)
    expect(stdout).toBe('')
  } finally {
    await rm(folder, { recursive: true })
  }
})
