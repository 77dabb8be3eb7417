import { useCallback, useRef, useState } from 'react'
import type { Outcome } from './palette-actions.ts'
import { singly } from './singly.ts'

/** Sends the change of an action, one at a time, and keeps how it ended. */
export const useSending = () => {
  const [{ busy, outcome }, set] = useState<{ busy: boolean; outcome: Outcome | null }>({ busy: false, outcome: null })
  const once = useRef(singly())
  const send = (change: () => Promise<Outcome>): Promise<void> =>
    once.current(async () => {
      set({ busy: true, outcome: null })
      set({ busy: false, outcome: await change() })
    })
  const clear = useCallback(() => set((before) => ({ ...before, outcome: null })), [])
  return { busy, outcome, send, clear }
}
