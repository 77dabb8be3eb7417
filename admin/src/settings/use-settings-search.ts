import { usePlaceSearch } from '../view/use-place-search.ts'
import type { SettingsSearch } from './search.ts'

/** What the address says of this place. */
export const useSettingsSearch = () => usePlaceSearch<SettingsSearch>()
