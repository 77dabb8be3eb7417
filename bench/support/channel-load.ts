import { isDeepStrictEqual } from 'node:util'
import type { BenchContext } from './bench-case.ts'
import { post, postgraphile, type Server, type Shape } from './channel-servers.ts'
import type { Child } from './child.ts'
import type { HttpLoadResult, HttpTarget } from './http-load.ts'
import type { BenchPostgres } from './postgres-data.ts'
import { interleave, type Rounds, type Variant } from './rounds.ts'

type Target = Pick<Server, 'name' | 'port' | 'cpuUs'> & { path: string; document: string; keys: readonly string[] }

const bodyOf = (document: string, variable: string, key = '%KEY%') =>
  JSON.stringify({ query: document.replaceAll(/\s+/g, ' '), variables: { [variable]: key } })

const instantPattern = /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/
const withPlainInstants = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value), (_, part) =>
    typeof part === 'string' && instantPattern.test(part) ? Date.parse(part) : part,
  )

/** Servers with our schema must say the same; PostGraphile, with its own names, must at least say as much. */
const assertSameAnswers = async (servers: Target[], variable: string): Promise<void> => {
  const answers = await Promise.all(
    servers.map(({ port, path, document, keys }) => post(port, path, bodyOf(document, variable, keys[7]!))),
  )
  const [expected] = answers
  for (const [i, { name }] of servers.entries()) {
    const answer = answers[i]!
    const same =
      name === postgraphile
        ? JSON.stringify(answer).split('"startedAt"').length === JSON.stringify(expected).split('"startedAt"').length
        : isDeepStrictEqual(withPlainInstants(answer.data), withPlainInstants(expected!.data))
    if (!same) throw new Error(`${name} answers differently: ${JSON.stringify(answer).slice(0, 1_000)}`)
  }
}

/** What is asked of the servers that answer it, and how many requests are under way. */
export type Question = { shape: Shape; variable: string; concurrency?: number; drawn?: readonly string[] }

/** Asks all servers in turn. `drawn` are keys as often as they shall come, in place of each server's own. */
export const measureChannels = async (
  servers: readonly Server[],
  { shape, variable, concurrency = 32, drawn }: Question,
  postgres: BenchPostgres,
  load: Child,
  { quick, signal }: BenchContext,
): Promise<Rounds> => {
  const asked = servers.flatMap(({ [shape]: endpoint, ...server }) =>
    endpoint ? [{ ...server, ...endpoint, ...(drawn && { keys: drawn }) }] : [],
  )
  await assertSameAnswers(asked, variable)
  const variants: Variant[] = []
  for (const { name, cpuUs, port, path, document, keys } of asked) {
    const target: HttpTarget = { name, port, path, body: bodyOf(document, variable), keys, mustContain: '"startedAt"' }
    await load.call('prepare', target)
    variants.push({
      name,
      async measure() {
        const before = { server: cpuUs(), postgres: postgres.cpuUs() }
        const result = await load.call<HttpLoadResult>('run', {
          name,
          connections: concurrency,
          durationMs: quick ? 800 : 1_500,
        })
        const databaseUs = (postgres.cpuUs() - before.postgres) / result.operations
        return { ...result, cpuUs: cpuUs() - before.server, extra: { databaseUs } }
      },
    })
  }
  return interleave(variants, quick ? 3 : 7, signal)
}
