import { useEffect, useRef, useState } from 'react'
import type { View } from '../../view/view.tsx'
import { isFreezing } from './freezing.ts'

const saidForMs = 4_000

/** Whether the range was given fixed times just now, by whatever way. */
export const useFrozen = (view: View): boolean => {
  const before = useRef(view)
  const [isFrozen, setFrozen] = useState(false)
  useEffect(() => {
    setFrozen(isFreezing(before.current, view, Date.now()))
    before.current = view
  }, [view])
  useEffect(() => {
    if (!isFrozen) return
    const timer = setTimeout(() => setFrozen(false), saidForMs)
    return () => clearTimeout(timer)
  }, [isFrozen])
  return isFrozen
}
