import type { ChannelEventsQuery } from '../../generated/graphql.ts'

type Source = NonNullable<ChannelEventsQuery['channel']>['statusEvents']['nodes'][number]['source']

/** Who told something, in a word or two. */
export const sourceNames: Record<Source, string> = {
  POLL: 'poll',
  WEBHOOK: 'webhook',
  OPERATOR: 'operator',
  IMPORT: 'import',
}

/** How the start and the end of a broadcast were learned: "webhook", or "webhook, end by poll". */
export const provenanceText = ({ start, end }: { start: Source; end: Source | null }): string =>
  end === null || end === start ? sourceNames[start] : `${sourceNames[start]}, end by ${sourceNames[end]}`
