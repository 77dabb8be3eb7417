import { useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback, useMemo } from 'react'
import { textOf } from '../../view/search-params.ts'

/** What the link says of the charts of a place: those that show their numbers as a table, "viewers.chat". */
export type ChartSearch = { table?: string }

const chartName = /^[a-z0-9-]{1,40}$/

const namesOf = (text: string | undefined): string[] => [
  ...new Set((text ?? '').split('.').filter((name) => chartName.test(name))),
]

export const readChartSearch = (search: Record<string, unknown>): ChartSearch => ({
  table: namesOf(textOf(search.table)).join('.') || undefined,
})

/** The charts that show a table, and how to choose them. */
export const useTables = (): [charts: readonly string[], show: (charts: readonly string[]) => void] => {
  const { table } = useSearch({ strict: false }) as ChartSearch
  const navigate = useNavigate()
  const charts = useMemo(() => namesOf(table), [table])
  const show = useCallback(
    (names: readonly string[]): void =>
      void navigate({
        to: '.',
        search: ((before: object) => ({ ...before, table: names.join('.') || undefined })) as never,
        replace: true,
        resetScroll: false,
      }),
    [navigate],
  )
  return [charts, show]
}
