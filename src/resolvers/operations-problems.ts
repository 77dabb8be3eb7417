import type { Node, OperationsJob, Polling } from './operations-parts.ts'
import type { Notice, OperationsSource, ProblemKind, StoreLook } from './operations-source.ts'

/** How bad it is: whether the system does its work. */
export type OperationsState = 'well' | 'degraded' | 'failing'

/** Something that is wrong. */
export type OperationsProblem = Notice & { state: Exclude<OperationsState, 'well'> }

const channels = (count: number): string => (count === 1 ? '1 channel is' : `${count} channels are`)

const degraded = (kind: ProblemKind, sentence: string, since: Date | null = null): OperationsProblem => ({
  kind,
  sentence,
  since,
  state: 'degraded',
})

const ofStore = ({ part, sentence }: StoreLook): OperationsProblem[] => {
  if (sentence === null) return []
  const kind = part === 'journal' ? 'journal' : 'store'
  // Archiving waits for objects, and nothing else does.
  return [{ kind, sentence, since: null, state: part === 'objects' ? 'degraded' : 'failing' }]
}

const ofPolling = ({ platform, isOn, isLate, watched, latenessSeconds, oldestDueAt }: Polling): OperationsProblem[] => {
  if (!isOn && watched)
    return [degraded('polling', `Polling of ${platform} is switched off: ${channels(watched)} not watched.`)]
  if (!isLate) return []
  const sentence = `Polling of ${platform} is late: the most overdue channel has been waiting for ${Math.round(latenessSeconds!)} seconds.`
  return [{ kind: 'polling', sentence, since: oldestDueAt, state: 'failing' }]
}

const ofNode = ({ name, isSilent, seenAt, waitingSince }: Node): OperationsProblem[] =>
  isSilent
    ? [
        degraded(
          'node',
          `The node ${name} is silent${waitingSince ? ' and has unstored rows on its disk' : ''}: restart it with its data directory.`,
          seenAt,
        ),
      ]
    : []

const ofJob = ({ name, lastRun }: OperationsJob): OperationsProblem[] =>
  lastRun?.state === 'failed' ? [degraded('job', `The job ${name} failed and will be retried.`, lastRun.startedAt)] : []

/** What has to be read before anybody can say what is wrong. */
type Parts = {
  stores(): Promise<StoreLook[]>
  polling(): Promise<Polling[]>
  nodes(): Promise<Node[]>
  jobs(): Promise<OperationsJob[]>
}

/** Everything that is wrong, the worst first, each once. */
export const problemsOf = async (
  { stores, polling, nodes, jobs }: Parts,
  source: OperationsSource,
): Promise<OperationsProblem[]> => {
  const [ofStores, ofPlatforms, ofNodes, ofJobs] = await Promise.all([stores(), polling(), nodes(), jobs()])
  const losses = source.losses().filter(({ acceptedAt }) => acceptedAt === null)
  const found = [
    ...ofStores.flatMap(ofStore),
    ...ofPlatforms.flatMap(ofPolling),
    ...ofNodes.flatMap(ofNode),
    ...source.notices().map((notice): OperationsProblem => ({ ...notice, state: 'degraded' })),
    ...ofJobs.flatMap(ofJob),
    ...losses.map(({ sentence, foundAt }) => degraded('loss', sentence, foundAt ?? null)),
    ...source.degraded().map((sentence) => degraded('other', sentence)),
  ]
  const known = new Map<string, OperationsProblem>()
  for (const problem of found) if (!known.has(problem.sentence)) known.set(problem.sentence, problem)
  return [...known.values()].sort((one, other) => Number(other.state === 'failing') - Number(one.state === 'failing'))
}

/** The worst of them; well where there are none. */
export const stateOf = (problems: readonly OperationsProblem[]): OperationsState => problems[0]?.state ?? 'well'

/** The answer to "is everything being watched, and is anything wrong?", one sentence. */
export const verdictOf = (
  problems: readonly OperationsProblem[],
  polling: readonly Polling[],
  isAnyPlatformSetUp: boolean,
): string => {
  const [first, ...rest] = problems
  if (first)
    return rest.length === 0
      ? first.sentence
      : `${first.sentence} ${rest.length} more ${rest.length === 1 ? 'problem needs' : 'problems need'} attention.`
  const watched = polling.reduce((sum, platform) => sum + (platform.watched ?? 0), 0)
  if (watched === 0 && !isAnyPlatformSetUp) return 'No platform is set up yet, so no channel can be watched.'
  if (watched === 0) return 'All is well. No channels are watched yet.'
  return `All is well: ${channels(watched)} watched on schedule.`
}
