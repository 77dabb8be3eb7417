import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { WebhookInboxQueryVariables } from '../../generated/graphql.ts'
import { WebhookInbox } from '../../generated/webhooks.ts'
import { ask } from '../data/ask.ts'
import type { Problem } from '../data/problem.ts'
import { printInstant } from '../view/instant.ts'
import type { Range } from '../view/view-search.ts'
import { addOlder, apply, arrive, begin, emptyTail, type Line, lineOf, newestAt, type Tail, unknownOf } from './tail.ts'

export const lookEveryMs = 3_000
// Rows reach the store some seconds after they came, and not in their order.
const overlapMs = 20_000
const mostPages = 5

export type Wanted = Omit<WebhookInboxQueryVariables, 'range' | 'first' | 'after'> & { range: Range }

type Page = { lines: Line[]; hasNext: boolean; problem: Problem | null }

const readPage = async (variables: WebhookInboxQueryVariables, signal: AbortSignal): Promise<Page> => {
  const { data, problem } = await ask(WebhookInbox, variables, signal)
  if (!data) return { lines: [], hasNext: false, problem }
  const { edges, pageInfo } = data.webhookInbox
  return { lines: edges.map(lineOf), hasNext: pageInfo.hasNextPage, problem: null }
}

/** What came since the newest that is known, or since the last look where none is. */
const readNew = async (wanted: Wanted, tail: Tail, lookedAt: number, signal: AbortSignal) => {
  const newest = newestAt(tail)
  const unseenSeconds = Math.ceil((Date.now() - lookedAt + 6 * overlapMs) / 1_000)
  const from = newest === null ? `now-${unseenSeconds}s` : printInstant(newest - overlapMs)
  const found: Line[] = []
  for (let page = 1, after: string | undefined; ; page++) {
    const { lines, hasNext, problem } = await readPage({ ...wanted, range: { from, to: 'now' }, after }, signal)
    if (problem) return { found, isCut: false, problem }
    found.push(...lines)
    if (!hasNext) return { found, isCut: false, problem: null }
    if (page === mostPages) return { found, isCut: unknownOf(tail, lines).length === lines.length, problem: null }
    after = lines.at(-1)?.cursor
  }
}

export type TailState = {
  tail: Tail
  /** Nothing is shown yet, or something else is asked for. */
  busy: boolean
  isLoaded: boolean
  problem: Problem | null
  /** When it was last looked for new ones, and why that did not work since. */
  lookedAt: number
  behind: Problem | null
  showWaiting(): void
  loadOlder(): void
  isLoadingOlder: boolean
  reload(): void
}

/** The deliveries that are wanted, and new ones as they come while the range ends now. */
export const useTail = (wanted: Wanted): TailState => {
  const [tail, setTail] = useState(emptyTail)
  const [loaded, setLoaded] = useState<{ key: string | null; problem: Problem | null }>({ key: null, problem: null })
  const [look, setLook] = useState<{ at: number; problem: Problem | null }>({ at: 0, problem: null })
  const [isLoadingOlder, setLoadingOlder] = useState(false)
  const run = useRef<AbortSignal>(null)
  const [time, setTime] = useState(0)
  const question = JSON.stringify(wanted)
  const key = `${time} ${question}`
  const current = useRef(tail)
  current.current = tail

  useEffect(() => {
    const controller = new AbortController()
    run.current = controller.signal
    setLoadingOlder(false)
    const asked = JSON.parse(question) as Wanted
    const change = (to: (before: Tail) => Tail): void => {
      current.current = to(current.current)
      setTail(current.current)
    }
    let lookedAt = Date.now()
    let timer: ReturnType<typeof setTimeout> | undefined

    const lookForNew = async (): Promise<void> => {
      clearTimeout(timer)
      if (!document.hidden) {
        const began = Date.now()
        const { found, isCut, problem } = await readNew(asked, current.current, lookedAt, controller.signal)
        if (controller.signal.aborted) return
        if (!problem) {
          lookedAt = began
          change((before) => arrive(before, found, isCut))
        }
        setLook((before) => ({ at: problem ? before.at : began, problem }))
      }
      timer = setTimeout(() => void lookForNew(), lookEveryMs)
    }

    const start = async (): Promise<void> => {
      const { lines, hasNext, problem } = await readPage(asked, controller.signal)
      if (controller.signal.aborted) return
      if (!problem) change(() => begin(lines, hasNext))
      setLoaded({ key, problem })
      setLook({ at: lookedAt, problem })
      if (!problem && asked.range.to === 'now') timer = setTimeout(() => void lookForNew(), lookEveryMs)
    }
    const seen = (): void => {
      if (!document.hidden && timer !== undefined) void lookForNew()
    }
    void start()
    document.addEventListener('visibilitychange', seen)
    return () => {
      controller.abort()
      clearTimeout(timer)
      document.removeEventListener('visibilitychange', seen)
    }
  }, [key, question])

  const loadOlder = useCallback((): void => {
    const after = current.current.shown.at(-1)?.cursor
    const signal = run.current
    if (after === undefined || isLoadingOlder || !signal) return
    setLoadingOlder(true)
    void readPage({ ...(JSON.parse(question) as Wanted), after }, signal).then(({ lines, hasNext, problem }) => {
      if (signal.aborted) return
      setLoadingOlder(false)
      if (problem) setLook((before) => ({ ...before, problem }))
      else setTail((before) => addOlder(before, lines, hasNext))
    })
  }, [question, isLoadingOlder])

  return useMemo(
    () => ({
      tail,
      busy: loaded.key !== key,
      isLoaded: loaded.key !== null,
      problem: loaded.problem,
      lookedAt: look.at,
      behind: look.problem,
      showWaiting: () => setTail(apply),
      loadOlder,
      isLoadingOlder,
      reload: () => setTime((before) => before + 1),
    }),
    [tail, loaded, key, look, loadOlder, isLoadingOlder],
  )
}
