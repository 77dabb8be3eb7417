import { useEffect, useRef, useState } from 'react'
import type { Range } from '../../view/view-search.ts'
import { isFreezing } from './freezing.ts'

const saidForMs = 4_000

/** Whether the range was fixed to instants just now, by whatever way. */
export const useFrozen = (range: Range): boolean => {
  const before = useRef(range)
  const [isFrozen, setFrozen] = useState(false)
  useEffect(() => {
    setFrozen(isFreezing(before.current, range, Date.now()))
    before.current = range
  }, [range])
  useEffect(() => {
    if (!isFrozen) return
    const timer = setTimeout(() => setFrozen(false), saidForMs)
    return () => clearTimeout(timer)
  }, [isFrozen])
  return isFrozen
}
