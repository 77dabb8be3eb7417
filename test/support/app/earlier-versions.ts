import { execFileSync, spawnSync } from 'node:child_process'
import fs from 'node:fs/promises'
import path from 'node:path'
import { projectFolder } from './program.ts'

const git = (...words: string[]) => spawnSync('git', words, { cwd: projectFolder, encoding: 'utf8' })

/** What of a commit the program consists of: without the panel, whose sources would be built at each start. */
const parts = ['bin', 'clickhouse', 'package.json', 'prisma', 'prisma.config.ts', 'schema.graphql', 'src']
const listed = [...parts, 'trusted-operations.json', 'tsconfig.json']

/** Every released version by its tag, and the commit before; empty where git does not have them, as in a package or a shallow clone. */
export const earlierVersions = (): string[] => {
  const before = git('rev-parse', '--verify', '--quiet', 'HEAD~1')
  return before.status === 0 ? [...git('tag', '--list', 'v*').stdout.split('\n').filter(Boolean), 'HEAD~1'] : []
}

/** Puts the program as it was at a commit into an empty folder. It runs on the packages of now. */
export const layOut = async (version: string, folder: string): Promise<void> => {
  const archive = execFileSync('git', ['archive', version, ...listed], { cwd: projectFolder, maxBuffer: 1e9 })
  execFileSync('tar', ['-x', '-C', folder], { input: archive })
  await fs.symlink(path.join(projectFolder, 'node_modules'), path.join(folder, 'node_modules'))
  // A client of the same schema is the same; another one is made at the first start.
  if (git('diff', '--quiet', version, '--', 'prisma').status === 0)
    await fs.cp(path.join(projectFolder, 'prisma/generated'), path.join(folder, 'prisma/generated'), {
      recursive: true,
    })
}
