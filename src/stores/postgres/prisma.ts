import { createHash } from 'node:crypto'
import type { PrismaClient } from '../../../prisma/generated/client/client.ts'
import { models } from '../../../prisma/generated/models.ts'
import { openLate } from '../../lib/open-late.ts'
import type { ModelName } from './model.ts'
import type { Postgres } from './postgres.ts'

/** Names live as long as a connection; past this many shapes a statement stays unnamed (the empty name). */
const maxNames = 1_000

const nameGenerator = () => {
  const names = new Map<string, string>()
  return ({ sql }: { sql: string }): string => {
    const known = names.get(sql)
    if (known !== undefined) return known
    if (names.size >= maxNames) return ''
    const name = `p_${createHash('sha256').update(sql).digest('base64url').slice(0, 22)}`
    names.set(sql, name)
    return name
  }
}

const openPrisma = async ({ pool }: Postgres): Promise<PrismaClient> => {
  const [{ PrismaClient }, { PrismaPg }] = await Promise.all([
    import('../../../prisma/generated/client/client.ts'),
    import('@prisma/adapter-pg'),
  ])
  return new PrismaClient({
    adapter: new PrismaPg(pool, { disposeExternalPool: false, statementNameGenerator: nameGenerator() }),
    errorFormat: 'minimal',
  })
}

/** The calls that are made of a model. */
const calls = ['findMany', 'findUnique', 'findUniqueOrThrow'] as const

/** What is read through Prisma: rows of any model, with what a selection of GraphQL asks of their relations. */
export type PrismaReads = {
  [Model in Uncapitalize<ModelName>]: Pick<PrismaClient[Model], (typeof calls)[number]>
} & {
  /** Lets go of what was loaded; the pool stays. */
  $disconnect(): Promise<void>
}

type Loaded = Record<string, Record<string, (query: unknown) => Promise<unknown>>>

/**
 * Prisma over the shared pool, its statements named by a hash of their text so that Postgres keeps their plans. It is loaded by the first
 * call, because it takes 50 MB, and a process that pushes, or answers what is compiled, never needs it.
 */
export const createPrisma = (postgres: Postgres): PrismaReads => {
  const prisma = openLate(() => openPrisma(postgres))
  const loaded = async (): Promise<Loaded> => (await prisma.use()) as unknown as Loaded
  const callsOf = (model: string) =>
    Object.fromEntries(calls.map((call) => [call, async (query: unknown) => (await loaded())[model]![call]!(query)]))
  const names = Object.keys(models).map((name) => name.charAt(0).toLowerCase() + name.slice(1))
  return {
    ...Object.fromEntries(names.map((name) => [name, callsOf(name)])),
    $disconnect: async () => (await prisma.opened())?.$disconnect(),
  } as unknown as PrismaReads
}
