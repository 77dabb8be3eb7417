import { test } from 'vitest'
import { createTestDatabase } from '../support/postgres.ts'
import { createPrisma } from '../../src/stores/postgres/prisma.ts'
test('x', async () => {
  await using database = await createTestDatabase()
  const prisma = createPrisma(database.db)
  const log: string[] = []
  database.db.onStatement((n, t) => log.push(`${n}: ${t}`))
  for (let i = 1; i < 6; i++) await prisma.channel.create({ data: { externalId: '01ARZ3NDEKTSV4RRFFQ69G5FA' + i, platform: 'kick', platformUserId: 'u' + i, currentSlug: 's' + i, slugHistory: { create: [{slug: 's'+i, observedFrom: new Date()}] } } })
  log.length = 0
  const show = (t: string) => { console.log('=== ' + t + ' ' + log.length); for (const l of log) console.log(l.slice(0, 1500)); log.length = 0 }
  await prisma.channel.findMany({ where: { id: { in: [1n, 2n, 3n] } } }); show('in')
  await prisma.channel.findMany({ where: { id: { in: [1n, 2n, 3n] } }, include: { slugHistory: true } }); show('in+join')
  await Promise.all([1n, 2n, 3n].map((id) => prisma.channel.findUniqueOrThrow({ where: { id }, include: { slugHistory: { orderBy: { observedFrom: 'desc' } } } }))); show('findUnique x3 +join')
  await Promise.all([1n, 2n, 3n].map((id) => prisma.channel.findUniqueOrThrow({ where: { id } }))); show('findUnique x3')
  await prisma.channel.findMany({ include: { sessions: { where: { endedAt: null }, take: 1 } }, take: 2 }); show('cur')
})
