import { execFile } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import ts from 'typescript'
import { expect, test } from 'vitest'
import { tableOf } from '../../../src/stores/postgres/model.ts'
import { sideOf, sidesNamed } from '../../support/stores/statement-sides.ts'

// `dm` and `public` may be two databases, and Postgres knows no statement over two.

// Where one database has both sides, the ledgers of their migrations are brought in step. Where it has one, these are never sent.
const ofLedgers = new Set([
  'migrations_differing_public',
  'migrations_differing_dm',
  'migrations_copy_public',
  'migrations_copy_dm',
])

type Declared = readonly (readonly [name: string, text: string])[]

const declared = async (): Promise<Declared> => {
  const { stdout } = await promisify(execFile)(process.execPath, ['test/support/stores/declared-statements.mjs'], {
    maxBuffer: 2 ** 26,
  })
  return JSON.parse(stdout) as Declared
}

const below = (folder: string, ending: string): string[] =>
  fs
    .readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => path.join(folder, name))

/** Every text of a source file, with `${}` where something is put in. */
const textsOf = (file: string): string[] => {
  const texts: string[] = []
  const look = (node: ts.Node): void => {
    if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) texts.push(node.text)
    if (ts.isTemplateExpression(node))
      texts.push(node.head.text + node.templateSpans.map(({ literal }) => `\${}${literal.text}`).join(''))
    ts.forEachChild(node, look)
  }
  look(ts.createSourceFile(file, fs.readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, false))
  return texts
}

test('no statement that the program declares names both sides', async () => {
  const statements = await declared()
  const sides = statements.map(([name, text]) => [name, sidesNamed(text)] as const)
  expect(sides.filter(([name, named]) => named.length > 1 && !ofLedgers.has(name))).toEqual([])
  const of = (side: string) => sides.filter(([, named]) => named.join() === side).length
  expect(of('dm')).toBeGreaterThan(150)
  expect(of('public')).toBeGreaterThan(20)
})

// Legacy tables are in the database of `public` and become tables of `dm`: an adoption is refused where the two are apart.
const isAdoption = (file: string): boolean => file.startsWith('src/adoption/')

test('no text of the program names both sides, whenever it becomes a statement', () => {
  const files = below('src', '.ts').filter((file) => !isAdoption(file))
  const both = files.flatMap((file) =>
    textsOf(file).flatMap((text) =>
      /\b(SELECT|INSERT|UPDATE|DELETE|FROM|JOIN|ALTER|LOCK)\b/.test(text) && sidesNamed(text).length > 1
        ? [`${file}: ${text}`]
        : [],
    ),
  )
  expect(both).toEqual([])
})

test('every table of ours is named with its schema, so that its side can be seen', async () => {
  const named = below('prisma/schema', '.prisma').flatMap((file) =>
    [...fs.readFileSync(file, 'utf8').matchAll(/@@map\("(\w+)"\)/g)].map(([, name]) => name),
  )
  const bare = new RegExp(`\\b(FROM|JOIN|INTO|UPDATE|TABLE)\\s+(ONLY\\s+)?"?(${named.join('|')})"?(?![\\w.(])`, 'i')
  expect(bare.test('SELECT 1 FROM streamers WHERE id = 1')).toBe(true)
  expect((await declared()).filter(([, text]) => bare.test(text))).toEqual([])
})

test('no relation of the model crosses, so Prisma joins nothing of both sides', () => {
  const models = new Map(
    below('prisma/schema', '.prisma').flatMap((file) =>
      [...fs.readFileSync(file, 'utf8').matchAll(/^model (\w+) \{\n([\s\S]*?)^\}/gm)].map(
        ([, name, body]) => [name!, body!] as const,
      ),
    ),
  )
  const schemaOf = (name: string) => /@@schema\("(\w+)"\)/.exec(models.get(name)!)![1]
  const relations = [...models].flatMap(([name, body]) =>
    [...body.matchAll(/^ {2}\w+ +(\w+)/gm)].flatMap(([, type]) => (models.has(type!) ? [[name, type!] as const] : [])),
  )
  expect(relations.length).toBeGreaterThan(10)
  expect(relations.filter(([one, other]) => schemaOf(one) !== schemaOf(other))).toEqual([])
})

test('of the migrations only those of the key that crosses name both sides', () => {
  const crossing = fs.readdirSync('prisma/migrations').filter((name) => {
    if (!fs.existsSync(`prisma/migrations/${name}/migration.sql`)) return false
    const text = fs.readFileSync(`prisma/migrations/${name}/migration.sql`, 'utf8')
    // What a comment in quotes says is no name of a table.
    return sidesNamed(text.replace(/'(?:[^']|'')*'/g, "''")).length > 1
  })
  expect(crossing).toContain('20261129000200_link_channels')
  expect(crossing.filter((name) => !name.includes('_link_'))).toEqual([])
})

test.each([
  ['SELECT 1 FROM dm.streamer_channel', 'dm'],
  ['SELECT 1 FROM "public"."streamers"', 'public'],
  ['SELECT now()', undefined],
  ['SELECT dm.fold_case(name), public.fold_case(name) FROM dm.streamer_channel', 'dm'],
  ['SELECT 1 FROM dm.streamer_channel -- as public.streamers', 'dm'],
])('%s belongs to %s', (text, side) => {
  expect(sideOf(text)).toBe(side)
})

test('a statement that joins both sides is noticed', () => {
  expect(() =>
    sideOf(`SELECT 1 FROM ${tableOf('Channel')} c JOIN ${tableOf('StreamerChannelLink')} l ON true`),
  ).toThrow('names both sides')
})
