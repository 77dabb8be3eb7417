import { execFile } from 'node:child_process'
import fs from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { copyProject, documentedEdits } from '../support/stores/project-copy.ts'

const run = (args: string[], folder: string): Promise<string> =>
  promisify(execFile)(process.execPath, args, { cwd: folder }).then(
    ({ stdout }) => stdout,
    (failed: { stdout: string; stderr: string }) => {
      throw new Error(`${args.join(' ')}\n${failed.stdout}${failed.stderr}`)
    },
  )
const edits = documentedEdits(await fs.readFile('docs/add-a-place.md', 'utf8'))
let copy: Awaited<ReturnType<typeof copyProject>>

beforeAll(async () => {
  copy = await copyProject(edits)
})
afterAll(() => copy?.[Symbol.asyncDispose]())

// The compiler and the builder of the panel take half a minute of processor time.
test('the edits of the page make a place that is typed, trusted, built and served', { timeout: 240_000 }, async () => {
  const at = (name: string) => path.join(copy.root, name)
  await run(['codegen.ts'], copy.root)
  await run([path.resolve('node_modules/typescript/bin/tsc'), '--noEmit', '-p', 'admin'], copy.root)
  await run(['admin/build.ts'], copy.root)
  expect(await fs.readFile(at('trusted-operations.json'), 'utf8')).toContain('query BanList')
  const built = await fs.readdir(at('admin/dist/assets'))
  expect(built.filter((name) => /^bans-.*\.js$/.test(name))).toHaveLength(1)
  const { panelPlaces } = await copy.load<typeof import('../../src/http/routes/panel.ts')>('src/http/routes/panel.ts')
  expect(panelPlaces).toContain('/bans')
})
