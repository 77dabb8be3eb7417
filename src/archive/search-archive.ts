import { archivesBetween } from './archive-log.ts'
import { fetchObject } from './read-archive.ts'
import { countRows, type RewriteOptions } from './rewrite-archive.ts'
import { ledgerWindows } from './rewrite-log.ts'
import { manifestKey, windowPrefix } from './window.ts'

/** What a search of the archives saw: rows of how many objects, how many of them match, and what could not be read, a sentence each. */
export type ArchiveSearch = { objects: number; rows: number; matches: number; problems: string[] }

const pageSize = 100

/** Reads every object of the archives and counts the rows that match. Objects that no manifest names are told as problems. */
export const searchArchives = async (
  options: Pick<RewriteOptions, 'db' | 'stores' | 'env' | 'removed' | 'holder' | 'signal'>,
): Promise<ArchiveSearch> => {
  const { db, stores, env, signal } = options
  const search: ArchiveSearch = { objects: 0, rows: 0, matches: 0, problems: [] }
  for (let from = new Date(0); ; ) {
    const windows = await ledgerWindows(db, env, from, pageSize)
    for (const window of windows) {
      signal.throwIfAborted()
      const [archive] = window.success ? await archivesBetween(db, env, window, 1) : []
      const listed = archive?.manifest.objects ?? []
      const named = new Set([manifestKey(env, window), ...listed.map(({ key }) => key)])
      for (const key of await stores.objects.list(windowPrefix(env, window), signal))
        if (!named.has(key)) search.problems.push(`${key} is in no manifest`)
      for (const one of listed) {
        const object = await fetchObject(stores, one)
        if (typeof object === 'string') {
          search.problems.push(object)
          continue
        }
        const { rows, matches } = await countRows(options, object)
        search.objects += 1
        search.rows += rows
        search.matches += matches
      }
    }
    const last = windows.at(-1)
    if (!last || windows.length < pageSize) return search
    from = last.to
  }
}
