import fs from 'node:fs'
import path from 'node:path'

/** What gives a test its database. */
const source = path.join('test', 'support', 'stores', 'postgres.ts')

/** The folders and files that are touched by the split and left out all the same, with the reason. Each must exist. */
export const leftOut: Readonly<Record<string, string>> = {
  'test/http/security': 'who may come in is decided before a statement is sent',
  'test/http/server': 'what a server does is the same over whatever database',
  'test/http/websocket': 'as above: test/live asks the same sockets',
  'test/http/routes': 'downloads and pages are read from ClickHouse and from files',
  'test/stores': 'stores are opened one by one',
  'test/splitting': 'moves dm out of one database itself',
  'test/audit/log.integration.test.ts': 'has two databases of its own',
  'test/access/sockets.integration.test.ts': 'puts a proxy before one database',
  'test/clients': 'clients know the API only',
  'test/app/demo-interrupted.integration.test.ts': 'the demo has one embedded database',
  'test/app/demo-webhook-past.integration.test.ts': 'as above',
  'test/app/operations-parts.integration.test.ts': 'says how one database is told of; test/app/ready says it of two',
}

const isLeftOut = (file: string): boolean =>
  Object.keys(leftOut).some((place) => file === place || file.startsWith(`${place}/`))

const texts = new Map<string, string>()
const textOf = (file: string): string => {
  const known = texts.get(file) ?? fs.readFileSync(file, 'utf8')
  texts.set(file, known)
  return known
}

const importsOf = (file: string): string[] =>
  [...textOf(file).matchAll(/(?:from|import\() ?'(\.[^']+\.ts)'/g)]
    .map(([, imported]) => path.join(path.dirname(file), imported!))
    .filter((imported) => /^(test|src)\b/.test(imported) && fs.existsSync(imported))

/** A file with everything that it imports of the project. */
const withImports = (file: string): Set<string> => {
  const all = new Set([file])
  for (const one of all) for (const imported of importsOf(one)) all.add(imported)
  return all
}

const namesPublic = (file: string): boolean =>
  /^src\b/.test(file) && !file.startsWith(path.join('src', 'stores')) && /\bpublic\.[a-z_]+\b/.test(textOf(file))

/**
 * The tests that run over two databases as well: all that open Postgres by the support and reach statements of `public`, whatever folder they
 * are in. So a new one is among them by itself. What works with `dm` alone is no other program over two databases. Pages and programs are left
 * out by their suffix: the panel is a client of the API, and a program is told by its test where its databases are.
 */
export const splitTests = (): string[] =>
  fs
    .readdirSync('test', { recursive: true, encoding: 'utf8' })
    .map((name) => path.join('test', name))
    .filter((file) => file.endsWith('.integration.test.ts') && !isLeftOut(file))
    .filter((file) => {
      const all = withImports(file)
      return all.has(source) && [...all].some(namesPublic)
    })
    .sort()
