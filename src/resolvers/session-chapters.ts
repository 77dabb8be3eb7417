import { type Chapter, chaptersOf } from '../sessions/chapters.ts'
import { readTold, saidOfSession } from '../sessions/detail-log.ts'
import { expressions, tableOf } from '../stores/postgres/model.ts'
import { sql, statement } from '../stores/postgres/statement.ts'
import type { Context } from './context.ts'
import { loadTold, type ToldRows } from './told-rows.ts'

const chaptersSql = (s: string): string => {
  const { nextStartedAt, statements } = saidOfSession(s)
  return `json_build_array(${s}.id::text, ${s}.started_at, ${s}.ended_at, ${nextStartedAt}, ${statements})`
}

const dateOf = (text: string | null): Date | null => (text === null ? null : new Date(text))

type ToldSession = [
  id: string,
  startedAt: string,
  endedAt: string | null,
  nextStartedAt: string | null,
  said: unknown[],
]

/** The chapters of sessions, oldest first. */
export const chaptersOfSessions: ToldRows<Chapter[]> = {
  name: 'session chapters',
  sql: chaptersSql,
  read(list) {
    const [id, startedAt, endedAt, nextStartedAt, said] = list as ToldSession
    const extent = {
      startedAt: new Date(startedAt),
      endedAt: dateOf(endedAt),
      nextStartedAt: dateOf(nextStartedAt),
    }
    return [BigInt(id), chaptersOf(said.map(readTold), extent)]
  },
  statement: statement(
    'chapters_of_sessions',
    sql`SELECT ${expressions<{ list: unknown[] }>({ list: chaptersSql('s') })} FROM ${tableOf('StreamSession')} s WHERE s.id = ANY ($1::bigint[])`,
  ),
}

/** The chapters of a session, oldest first; all sessions of the operation share one statement. */
export const chaptersOfSession = async (
  context: Pick<Context, 'loaders' | 'databases'>,
  { id }: { id: bigint },
): Promise<Chapter[]> => (await loadTold(context, chaptersOfSessions, id)) ?? []
