import { createHash } from 'node:crypto'
import { PrismaPg } from '@prisma/adapter-pg'
import { PrismaClient } from '../../../prisma/generated/client/client.ts'
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

/** Prisma over the shared pool, its statements named by a hash of their text so that Postgres keeps their plans. */
export const createPrisma = (postgres: Postgres): PrismaClient =>
  new PrismaClient({
    adapter: new PrismaPg(postgres.pool, { disposeExternalPool: false, statementNameGenerator: nameGenerator() }),
    errorFormat: 'minimal',
  })

export type { PrismaClient }
