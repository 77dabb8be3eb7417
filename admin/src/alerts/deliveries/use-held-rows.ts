import { useEffect, useRef, useState } from 'react'
import { isTyping } from '../../view/is-typing.ts'
import { type Held, holdRows } from './held-rows.ts'

type Options<Row> = {
  /** Names the list: another one is shown at once. */
  list: string
  /** Null while they are loaded. */
  latest: readonly Row[] | null
  keyOf(row: Row): string
}

/**
 * Rows that do not move while the pointer or the keyboard is among them. The key u shows what came meanwhile. `release` lets them move once more,
 * when they are renewed: for what somebody did to them.
 */
export const useHeldRows = <Row>({ list, latest, keyOf }: Options<Row>) => {
  const [isHeld, hold] = useState(false)
  const [, draw] = useState(0)
  const kept = useRef<{ list: string; rows: readonly Row[] } | null>(null)
  const released = useRef<readonly Row[] | null>(null)
  const isKept = isHeld && released.current === null && kept.current?.list === list && kept.current.rows.length > 0
  const held: Held<Row> | null =
    latest && (isKept ? holdRows(kept.current!.rows, latest, keyOf) : { rows: latest, waiting: 0 })
  if (held) kept.current = { list, rows: held.rows }
  if (latest !== released.current) released.current = null
  const show = (): void => {
    kept.current = null
    draw((count) => count + 1)
  }
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      if (event.key !== 'u' || isTyping(event)) return
      kept.current = null
      draw((count) => count + 1)
    }
    addEventListener('keydown', pressed)
    return () => removeEventListener('keydown', pressed)
  }, [])
  const release = (): void => {
    released.current = latest
  }
  return { rows: held?.rows ?? null, waiting: held?.waiting ?? 0, hold, show, release }
}
