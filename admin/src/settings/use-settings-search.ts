import { useNavigate, useSearch } from '@tanstack/react-router'
import type { SettingsSearch } from './search.ts'

/** What the address says of this place, and how to change it. Typing replaces the entry of the history; a step makes a new one. */
export const useSettingsSearch = () => {
  const search = useSearch({ strict: false }) as SettingsSearch
  const navigate = useNavigate()
  const change = (part: SettingsSearch, { replace = false } = {}): void =>
    void navigate({ to: '.', search: ((before: object) => ({ ...before, ...part })) as never, replace })
  return { search, change }
}
