import { useMemo } from 'react'
import { useQuery } from 'urql'
import { AuditTargets } from '../../../generated/access.ts'
import type { AuditTargetsQuery } from '../../../generated/graphql.ts'
import { nodeIdOf } from './audit-words.ts'

/** A channel or a streamer that entries of the log are about. */
export type TargetNode = NonNullable<AuditTargetsQuery['nodes'][number]>
export type TargetNodes = ReadonlyMap<string, TargetNode>

/** The channels and streamers of these targets, as far as they are still there, by target. */
export const useTargetNames = (targets: readonly string[]): TargetNodes => {
  const text = [...new Set(targets)].sort().join(' ')
  const asked = useMemo(() => {
    const pairs = text.split(' ').map((target) => [nodeIdOf(target), target] as const)
    return new Map(pairs.filter((pair): pair is [string, string] => pair[0] !== null))
  }, [text])
  const ids = useMemo(() => [...asked.keys()], [asked])
  const [{ data }] = useQuery({ query: AuditTargets, variables: { ids }, pause: ids.length === 0 })
  return useMemo(
    () => new Map((data?.nodes ?? []).flatMap((node) => (node ? [[asked.get(node.id) ?? '', node] as const] : []))),
    [data, asked],
  )
}
