import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { expect, test } from 'vitest'

const records = readdirSync('docs/decisions').filter((name) => /^\d{4}-/.test(name))

/** The documents that say where something is in the code. */
const guides = [
  'ARCHITECTURE.md',
  'docs/rules.md',
  'docs/glossary.md',
  ...globSync('docs/add-*.md'),
  ...records.map((name) => `docs/decisions/${name}`),
]

/** Everything that people read here. */
const documents = globSync('**/*.md', { exclude: (name) => /node_modules|^data$|^\.git$|golden|results/.test(name) })

/** Without blocks of code, which hold examples. */
const proseOf = (file: string): string => readFileSync(file, 'utf8').replace(/^ *```[\s\S]*?^ *```/gm, '')

/** A name of code that is a place: a path of folders, or a file by its extension. */
const isPlace = (text: string): boolean =>
  /^[\w.<>*-]+(\/[\w.<>*-]+)*\/?$/.test(text) &&
  (/\.(ts|cjs|mjs|md|sql|json|prisma|graphql|yml)$/.test(text) ||
    text.endsWith('/') ||
    /^(src|test|docs|prisma|clickhouse|admin|clients|codegen|checks|bench|bin)\//.test(text))

/** A placeholder in a path stands for any name. */
const exists = (place: string): boolean =>
  /[<*]/.test(place) ? globSync(place.replace(/<[^>]*>/g, '*')).length > 0 : existsSync(place)

/** A page about one folder may name a file of `src/` without its path; the map of all folders may not. */
const isNamedIn = (file: string, place: string): boolean =>
  file !== 'ARCHITECTURE.md' && !place.includes('/') && exists(`src/**/${place.replace(/<[^>]*>/g, '*')}`)

/** Names of tests stand without their suffix. */
const testsOf = (name: string): string[] => globSync(`test/${name}.{unit,integration,e2e}.test.ts`)

/** Files that the program makes, and names that other programs give. */
const elsewhere = new Set([
  'data/keys.json',
  'dist/',
  'npm-shrinkwrap.json',
  'package.json',
  'DATA_DIR/clickhouse-parts.json',
])

test.each(guides)('every place that %s names exists', (file) => {
  const places = [...proseOf(file).matchAll(/`([^`\n]+)`/g)].map(([, text]) => text!).filter(isPlace)
  const missing = places.filter(
    (place) =>
      !(
        elsewhere.has(place) ||
        exists(place) ||
        exists(`src/${place}`) ||
        testsOf(place).length > 0 ||
        isNamedIn(file, place)
      ),
  )
  expect(missing).toEqual([])
})

test('every file and every test that the rules name exists', () => {
  const rows = proseOf('docs/rules.md')
    .split('\n')
    .filter((line) => line.startsWith('|') && !/^\| *(rule|-)/.test(line))
  expect(rows.length).toBeGreaterThan(30)
  for (const row of rows) {
    const named = row.split('|')[3]!
    const tests = [...named.matchAll(/`([\w-]+(?:\/[\w-]+)+)`/g)].map(([, name]) => name!)
    expect(tests, `a test of the rule ${row}`).not.toEqual([])
    for (const name of tests) expect(testsOf(name), name).not.toEqual([])
  }
})

test('every behaviour of the panel is proven by tests that exist', () => {
  const behaviours = /## What it promises\n([\s\S]*)$/
    .exec(readFileSync('docs/panel.md', 'utf8'))![1]!
    .split(/^\d+\. /m)
    .slice(1)
  expect(behaviours).toHaveLength(15)
  for (const behaviour of behaviours) {
    const tests = [...behaviour.matchAll(/^ +- `([\w.-]+)`: (.+)$/gm)]
    expect(tests, behaviour).not.toEqual([])
    for (const [, file, title] of tests)
      expect(readFileSync(`test/admin/${file}.test.ts`, 'utf8'), `${file}: ${title}`).toContain(`'${title}'`)
  }
})

/** The rooms of the folder map and their layers. */
const roomsOfMap = (): Map<string, number> => {
  const map = /## The folders\n([\s\S]*?)\n## /.exec(readFileSync('ARCHITECTURE.md', 'utf8'))![1]!
  return new Map(
    [...map.matchAll(/^\| *(\d+) *\| `src\/([\w-]+)\/`/gm)].map(([, layer, room]) => [room!, Number(layer)]),
  )
}

test('every room of src stands in the folder map, and every room of the map exists', () => {
  const rooms = readdirSync('src', { withFileTypes: true }).filter((entry) => entry.isDirectory())
  expect([...roomsOfMap().keys()].sort()).toEqual(rooms.map(({ name }) => name).sort())
})

test('the layers of the folder map are those that the dependency rule enforces', () => {
  const { forbidden } = createRequire(import.meta.url)('../../.dependency-cruiser.cjs')
  const map = roomsOfMap()
  for (const [room, layer] of map) {
    const rule = forbidden.find(({ name }: { name: string }) => name === `${room}-imports-only-earlier-layers`)
    const allowed = [...map.keys()].filter((other) => other === room || map.get(other)! < layer)
    expect(/\(([\w|-]+)\)/.exec(rule.to.pathNot)![1]!.split('|').sort(), room).toEqual(allowed.sort())
  }
})

test('every table of the stores stands in the architecture, and no other', () => {
  const made = (files: string, statement: RegExp): string[] =>
    globSync(files).flatMap((file) => [...readFileSync(file, 'utf8').matchAll(statement)].map(([, name]) => name!))
  const tables = [
    ...made('prisma/migrations/*/*.sql', /^CREATE TABLE ((?:dm|public)\.\w+)(?! PARTITION)\b/gm),
    ...made('clickhouse/migrations/*.sql', /^CREATE TABLE IF NOT EXISTS (\w+)/gm).map((name) => `vf.${name}`),
  ]
  const section = /## Where the data is\n([\s\S]*?)\n## /.exec(readFileSync('ARCHITECTURE.md', 'utf8'))![1]!
  const named = [...section.matchAll(/`((?:dm|public|vf)\.\w+)`/g)].map(([, name]) => name!)
  expect(named.sort()).toEqual(tables.sort())
})

test('the architecture fits into 250 lines', () => {
  expect(readFileSync('ARCHITECTURE.md', 'utf8').trimEnd().split('\n').length).toBeLessThanOrEqual(250)
})

test.each(documents)('the links of %s lead somewhere', (file) => {
  const targets = [...proseOf(file).matchAll(/\]\(([^()\s]+)\)/g)].map(([, target]) => target!)
  const broken = targets.filter((target) => {
    if (/^[a-z]+:/.test(target)) return false
    const [place, heading] = target.split('#')
    const document = place ? path.join(path.dirname(file), place) : file
    if (!existsSync(document)) return true
    if (heading === undefined) return false
    const headings = [...readFileSync(document, 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, text]) =>
      text!
        .toLowerCase()
        .replace(/[^\w -]/g, '')
        .replaceAll(' ', '-'),
    )
    return !headings.includes(heading)
  })
  expect(broken).toEqual([])
})

test('each decision record has its parts, its date and its line in the index', () => {
  const index = readFileSync('docs/decisions/README.md', 'utf8')
  expect(new Set(records.map((name) => name.slice(0, 4))).size).toBe(records.length)
  for (const name of records) {
    const text = readFileSync(`docs/decisions/${name}`, 'utf8')
    const title = new RegExp(`^# ${name.slice(0, 4)}: (.+)\\n\\nDate: \\d{4}-\\d{2}-\\d{2}`).exec(text)?.[1]
    expect(title, name).toBeDefined()
    for (const part of ['Context', 'Decision', 'Alternatives', 'Consequences'])
      expect(text, `${name}: ${part}`).toContain(`\n## ${part}\n`)
    expect(index).toContain(`[${title}](${name})`)
  }
})
