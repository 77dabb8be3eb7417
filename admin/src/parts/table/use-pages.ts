import { useCallback, useRef, useState } from 'react'
import { useClient } from 'urql'
import type { TypedOperation } from '../../../generated/operation.ts'
import { type Problem, problemOf } from '../../data/problem.ts'
import { joinPages } from './join-pages.ts'

/** A page of a list that is read forwards. */
type Page<Row> = { nodes: readonly Row[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } }

type Kept<Row> = {
  list: string
  first: Page<Row> | null
  rows: readonly Row[]
  end: Page<Row>['pageInfo'] | null
  busy: boolean
  problem: Problem | null
}

type Options<Row, Result, Variables> = {
  /** Names the list: with another name it begins anew. */
  list: string
  /** The first page, as whoever loads it has it now; null while it is loaded. When it is renewed, what was loaded behind it stays. */
  first: Page<Row> | null
  keyOf(row: Row): string
  /** Loads what comes after a cursor. */
  operation: TypedOperation<Result, Variables>
  variables(after: string): Variables
  read(result: Result): Page<Row> | null
}

/** A list with "Show more": its rows so far, and how to load the next ones. */
export const usePages = <Row, Result, Variables extends Record<string, unknown>>({
  list,
  first,
  keyOf,
  operation,
  variables,
  read,
}: Options<Row, Result, Variables>) => {
  const client = useClient()
  const begin: Kept<Row> = {
    list,
    first,
    rows: first?.nodes ?? [],
    end: first?.pageInfo ?? null,
    busy: false,
    problem: null,
  }
  const [state, setState] = useState(begin)
  let kept = state
  if (state.list !== list || (first && !state.first)) kept = begin
  else if (first && state.first !== first) {
    const hasMore = state.rows.length > state.first!.nodes.length
    kept = hasMore ? { ...state, first, rows: joinPages(first.nodes, state.rows, keyOf) } : begin
  }
  if (kept !== state) setState(kept)

  const latest = useRef(list)
  latest.current = list
  const more = useCallback(async (): Promise<void> => {
    const after = kept.end?.endCursor
    if (!after || kept.busy) return
    setState({ ...kept, busy: true, problem: null })
    const { data, error } = await client
      .query(operation, variables(after) as never, { requestPolicy: 'network-only' })
      .toPromise()
    if (latest.current !== kept.list) return
    const page = data ? read(data) : null
    const problem = problemOf(error)
    setState((now) =>
      page
        ? { ...now, rows: joinPages(now.rows, page.nodes, keyOf), end: page.pageInfo, busy: false }
        : { ...now, busy: false, problem },
    )
  }, [client, kept, operation, variables, read, keyOf])
  return {
    rows: kept.first ? kept.rows : null,
    hasMore: kept.end?.hasNextPage ?? false,
    busy: kept.busy,
    problem: kept.problem,
    more,
  }
}
