import fs from 'node:fs'
import path from 'node:path'

/** What serves every test that asks the API, so it says nothing of a test that it has both sides. */
const forAll = ['test/support/http/api.ts', 'test/support/stores']

/** The folders and files that speak of `public` and are left out all the same, with the reason. Each must exist. */
export const leftOut: Readonly<Record<string, string>> = {
  'test/adoption': 'the tables of a system from before are in one database',
  'test/splitting': 'moves dm out of one database itself',
  'test/stores': 'stores are opened one by one',
  'test/audit/log.integration.test.ts': 'has two databases of its own',
  'test/access/sockets.integration.test.ts': 'sockets know keys by what test/access/keys asks',
  'test/access/arguments.integration.test.ts': 'arguments are refused before a statement is sent',
  'test/app/live-credentials.integration.test.ts': 'test/app/whole-app starts the same program',
  'test/app/traces.integration.test.ts': 'as above',
  'test/app/refuse-demo-credentials.integration.test.ts': 'reads one side alone',
  'test/app/operations.integration.test.ts': 'says how one database is told of; test/app/tier asks about more',
  'test/app/operations-parts.integration.test.ts': 'as above',
  'test/app/ready.integration.test.ts': 'as above',
  'test/access/matrix.integration.test.ts': 'who may ask is decided before a statement is sent; it passes apart too',
  'test/audit/mutations.integration.test.ts': 'reads both logs by one statement of its own',
  'test/erasing/delete-channel.integration.test.ts': 'test/app/tier deletes a channel over three databases',
  'test/http/routes/oauth-confirmation.integration.test.ts': 'test/http/routes/oauth-linking links over two databases',
  'test/http/routes/oauth-refusals.integration.test.ts': 'as above; it passes apart too, and nothing is written',
  'test/claims/mutations.integration.test.ts': 'asks over one database and over two itself',
  'test/claims/streamer-mutations.integration.test.ts': 'as above',
  'test/trust/scores.integration.test.ts': 'has the tier and the environment in databases of their own',
  'test/commands/events-command.integration.test.ts': 'the command asks dm and ClickHouse',
  'test/commands/webhook-commands.integration.test.ts': 'as above',
  'test/webhooks': 'deliveries know dm alone',
  'test/channels/add-a-fact.integration.test.ts': 'has a copy of the project with one database',
  'test/clients': 'clients know the API only',
  'test/platforms': 'platforms know no database',
}

/** A table of public, or the pool of that side. */
const ofPublic = /\bpublic\.[a-z_]+\b|\bdatabases\.public\b|\bpublicDb\b|\bsidesOf\(/

const isBelow = (file: string, places: readonly string[]): boolean =>
  places.some((place) => file === place || file.startsWith(`${place}/`))

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

/** A test with all that it imports of the tests' own. */
const withSupport = (test: string): string[] => {
  const all = new Set([test])
  for (const one of all)
    if (!isBelow(one, forAll))
      for (const imported of importsOf(one)) if (imported.startsWith('test/')) all.add(imported)
  return [...all]
}

const speaksOfPublic = (file: string): boolean => !file.startsWith('src/stores/') && ofPublic.test(textOf(file))

/**
 * The tests that run over two databases as well: those which, or whose support, name a table of `public` or import a file of the program that
 * does. What reaches `public` by the API alone, as to ask for the caller's key, is asked by these too. So a new test of what has both sides is
 * among them by itself. Pages and programs are left out by their suffix: the panel is a client of the API, and a program is told by its test
 * where its databases are (`test/app/tier` has three).
 */
export const splitTests = (): string[] =>
  fs
    .readdirSync('test', { recursive: true, encoding: 'utf8' })
    .map((name) => path.join('test', name))
    .filter((file) => file.endsWith('.integration.test.ts') && !isBelow(file, Object.keys(leftOut)))
    .filter((test) => {
      const own = withSupport(test)
      if (!own.some((file) => isBelow(file, forAll))) return false
      return own.some(
        (file) =>
          !isBelow(file, forAll) &&
          [file, ...importsOf(file)].some((one) => !isBelow(one, forAll) && speaksOfPublic(one)),
      )
    })
    .sort()
