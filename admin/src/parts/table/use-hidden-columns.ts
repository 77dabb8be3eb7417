import { useMemo, useSyncExternalStore } from 'react'
import { type Column, hiddenAt } from './column.ts'

const subscribe = (changed: () => void): (() => void) => {
  addEventListener('resize', changed)
  return () => removeEventListener('resize', changed)
}

/** Which columns the window has no place for, by id. */
export const useHiddenColumns = <Row>(columns: readonly Column<Row>[]): Record<string, false> => {
  const hidden = useSyncExternalStore(subscribe, () => hiddenAt(columns, innerWidth))
  return useMemo(() => Object.fromEntries(hidden.split(' ').map((id) => [id, false])), [hidden])
}
