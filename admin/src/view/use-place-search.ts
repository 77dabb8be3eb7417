import { useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback } from 'react'

/** What the address says of the place, and how to change it. Typing replaces the entry of the history; a step makes a new one. */
export const usePlaceSearch = <Search extends object>() => {
  const search: unknown = useSearch({ strict: false })
  const navigate = useNavigate()
  const change = useCallback(
    (part: Search, { replace = false } = {}): void =>
      void navigate({ to: '.', search: ((before: object) => ({ ...before, ...part })) as never, replace }),
    [navigate],
  )
  return { search: search as Search, change }
}
