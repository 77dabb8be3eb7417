import { usePlaceSearch } from '../view/use-place-search.ts'
import type { AlertsSearch } from './search.ts'

/** What the address says of this place. */
export const useAlertsSearch = () => usePlaceSearch<AlertsSearch>()
