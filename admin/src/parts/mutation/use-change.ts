import { useCallback, useEffect, useRef, useState } from 'react'
import { useClient } from 'urql'
import type { TypedOperation } from '../../../generated/operation.ts'
import { makeChange, type Refusal, type Success } from './make-change.ts'

export type Change<Result, Variables> = {
  busy: boolean
  /** Why the last try was refused; null when it was not. Its code is LOST where nobody knows whether it was done. */
  refusal: Refusal<Result> | null
  /** What the last try did, as a short sentence; null when there is nothing to say. */
  done: string | null
  /**
   * Sends it, and answers what was done; null when it was refused, and when what sent it is not drawn any more: then nothing follows, so that
   * nobody is led away from where they went meanwhile. While one is under way nothing else is sent.
   */
  make(variables: Variables): Promise<Success<Result> | null>
  /** Forgets how the last try ended. */
  clear(): void
}

type State<Result> = { busy: boolean; refusal: Refusal<Result> | null; done: string | null }

const idle = { busy: false, refusal: null, done: null }

/**
 * Something that a page can change. `say` puts into words what was done. A refusal stays until the next try, so that it can be shown beside
 * what was refused.
 */
export const useChange = <Result extends object, Variables extends object>(
  operation: TypedOperation<Result, Variables>,
  say?: (success: Success<Result>, variables: Variables) => string,
): Change<Result, Variables> => {
  const client = useClient()
  const [state, setState] = useState<State<Result>>(idle)
  // A second press comes before the first one is drawn.
  const isSending = useRef(false)
  const isDrawn = useRef(false)
  useEffect(() => {
    isDrawn.current = true
    return () => {
      isDrawn.current = false
    }
  }, [])

  const make = async (variables: Variables): Promise<Success<Result> | null> => {
    if (isSending.current) return null
    isSending.current = true
    setState({ ...idle, busy: true })
    const { success, refusal } = await makeChange(client, operation, variables)
    isSending.current = false
    setState({ ...idle, refusal, done: success && (say?.(success, variables) ?? null) })
    return isDrawn.current ? success : null
  }
  const clear = useCallback(() => setState(({ busy }) => ({ ...idle, busy })), [])
  return { ...state, make, clear }
}
