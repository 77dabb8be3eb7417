import { execFile } from 'node:child_process'
import fs from 'node:fs/promises'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { temporaryDirectory } from './temporary-directory.ts'

/** One edit of a file as a document shows it: the lines with their `+`, `-` or blank, without numbers. */
export type DocumentedEdit = { file: string; lines: readonly string[] }

/** The edits in the diff blocks of a document, in order. */
export const documentedEdits = (document: string): DocumentedEdit[] =>
  [...document.matchAll(/^```diff\n--- .+\n\+\+\+ (.+)\n@@\n([^`]+)\n```$/gm)].map(([, file, lines]) => ({
    file: file!,
    lines: lines!.split('\n'),
  }))

const side = (lines: readonly string[], mark: '+' | '-'): string =>
  lines
    .filter((line) => line.startsWith(mark) || line.startsWith(' '))
    .map((line) => line.slice(1))
    .join('\n')

const makeEdit = async (root: string, { file, lines }: DocumentedEdit): Promise<void> => {
  const place = path.join(root, file)
  const [before, after] = [side(lines, '-'), side(lines, '+')]
  if (before === '') {
    await fs.mkdir(path.dirname(place), { recursive: true })
    return fs.writeFile(place, `${after}\n`, { flag: 'wx' })
  }
  const parts = (await fs.readFile(place, 'utf8')).split(before)
  if (parts.length !== 2) throw new Error(`${file} has the documented lines ${parts.length - 1} times:\n${before}`)
  return fs.writeFile(place, parts.join(after))
}

const copied = [
  'src',
  'prisma',
  'admin',
  'clients',
  'codegen',
  'codegen.ts',
  'docs/schema-released.graphql',
  'docs/metrics.md',
  'breaking-changes.json',
  'test/support',
  'tsconfig.json',
  'package.json',
  'package-lock.json',
  'prisma.config.ts',
  'trusted-operations.json',
]

/** A copy of the project with these edits made, its Prisma client generated; removed when disposed. */
export const copyProject = async (edits: readonly DocumentedEdit[]) => {
  await using opened = new AsyncDisposableStack()
  const { path: root } = opened.use(await temporaryDirectory('project-copy'))
  for (const name of copied)
    await fs.cp(name, path.join(root, name), {
      recursive: true,
      filter: (source) => source !== path.join('prisma', 'generated') && source !== path.join('admin', 'dist'),
    })
  await fs.symlink(path.resolve('node_modules'), path.join(root, 'node_modules'))
  for (const edit of edits) await makeEdit(root, edit)
  const bin = path.resolve('node_modules', '.bin')
  await promisify(execFile)(process.execPath, [path.resolve('node_modules/prisma/build/index.js'), 'generate'], {
    cwd: root,
    env: { ...process.env, PATH: [bin, path.dirname(process.execPath), process.env.PATH].join(path.delimiter) },
  })
  const disposal = opened.move()
  return {
    root,
    /** A module of the copy; its types are those of the original. */
    load: <Module>(file: string): Promise<Module> => import(pathToFileURL(path.join(root, file)).href),
    [Symbol.asyncDispose]: () => disposal.disposeAsync(),
  }
}
