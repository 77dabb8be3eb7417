import { execFile } from 'node:child_process'
import fs from 'node:fs/promises'
import path from 'node:path'
import { sharedDirectory } from '../stores/shared-directory.ts'
import { projectFolder } from './program.ts'

const sources: Readonly<Record<string, string>> = {
  'index.html':
    '<!doctype html><html lang="en"><head><title>small</title></head><body><script type="module" src="/src/main.ts"></script></body></html>\n',
  'src/main.ts': 'document.title = ["first", import.meta.env.MODE, process.env.NODE_ENV].join(" ")\n',
  'public/icon.svg': '<svg xmlns="http://www.w3.org/2000/svg"></svg>\n',
  'vite.config.ts': 'export default { root: import.meta.dirname }\n',
}

type Account = { uid: number; gid: number }

/** An installation with a panel that is built in no time, by the script of the real one. */
export const createSmallPanel = async () => {
  const directory = await sharedDirectory('small-panel')
  const admin = path.join(directory.path, 'admin')
  const at = (name: string) => path.join(admin, name)
  const modules = path.join(directory.path, 'node_modules')
  const install = () => fs.symlink(path.join(projectFolder, 'node_modules'), modules)
  await install()
  await fs.writeFile(path.join(directory.path, 'package.json'), '{"type":"module"}\n')
  await fs.writeFile(path.join(directory.path, 'package-lock.json'), '{}\n')
  for (const [name, text] of Object.entries(sources)) {
    await fs.mkdir(path.dirname(at(name)), { recursive: true })
    await fs.writeFile(at(name), text)
  }
  await fs.copyFile(path.join(projectFolder, 'admin', 'build.ts'), at('build.ts'))

  /** Begins the script; its end, and a way to end it. */
  const begin = (args: readonly string[] = ['--if-stale'], account: Partial<Account> = {}) => {
    let kill: () => void = () => undefined
    const ended = new Promise<{ code: number | null; said: string }>((resolve) => {
      const child = execFile(
        process.execPath,
        [at('build.ts'), ...args],
        // What a shell may have set does not reach what is built.
        { env: { NODE_ENV: 'development' }, cwd: directory.path, ...account },
        (_, stdout, stderr) => resolve({ code: child.exitCode, said: stdout + stderr }),
      )
      kill = () => void child.kill('SIGKILL')
    })
    return { ended, kill: () => kill() }
  }
  /** What was built, by file; empty where nothing was. */
  const built = async (): Promise<Map<string, Buffer>> => {
    const entries = await fs.readdir(at('dist'), { recursive: true, withFileTypes: true }).catch(() => [])
    const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => path.join(parentPath, name))
    const read = files.sort().map(async (file) => [path.relative(at('dist'), file), await fs.readFile(file)] as const)
    return new Map(await Promise.all(read))
  }
  return {
    path: directory.path,
    at,
    script: at('build.ts'),
    write: (name: string, text: string) => fs.writeFile(at(name), text),
    begin,
    build: (...args: Parameters<typeof begin>) => begin(...args).ended,
    built,
    /** The text of the one script of the build. */
    async code(): Promise<string> {
      const [, bytes = Buffer.alloc(0)] = [...(await built())].find(([name]) => name.endsWith('.js')) ?? []
      return bytes.toString()
    },
    /** What is beside the sources. */
    async leftovers(): Promise<string[]> {
      const known = ['build.ts', 'dist', 'index.html', 'public', 'src', 'vite.config.ts']
      return (await fs.readdir(admin)).filter((name) => !known.includes(name))
    },
    uninstall: () => fs.rm(modules),
    install,
    [Symbol.asyncDispose]: () => directory[Symbol.asyncDispose](),
  }
}
