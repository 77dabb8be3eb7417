import fs from 'node:fs'
import path from 'node:path'
import { ConfigError } from '../../lib/errors.ts'

const noteName = 'engine-version'

/** ClickHouse names its versions by year and month: within a year a newer one reads what an older one wrote. */
const majorOf = (version: string): string | undefined => /^"?(\d+)\.\d+/.exec(version)?.[1]

/**
 * Refuses data that an engine of another major version wrote, which this one may misread, with a ConfigError that says what to do; and notes
 * which one writes from now on. Data without a note were written before there were notes, by the major version of that time.
 */
export const requireSameEngine = (directory: string, version: string): void => {
  const note = path.join(directory, noteName)
  const stored = fs.existsSync(note) ? fs.readFileSync(note, 'utf8').trim() : undefined
  const own = version.replaceAll('"', '')
  // While another session of this process is open the engine may not tell its version; it was compared when that one was opened.
  if (stored === own || majorOf(own) === undefined) return
  if (stored !== undefined && majorOf(stored) !== majorOf(own))
    throw new ConfigError(
      `The data in ${directory} are of ClickHouse ${stored}, and this version runs ClickHouse ${own}: start the version of the program that wrote them, or bring them over with a ClickHouse server (docs/upgrading.md), set CLICKHOUSE_URL to one, or choose another DATA_DIR.`,
    )
  fs.mkdirSync(directory, { recursive: true })
  fs.writeFileSync(`${note}.new`, `${own}\n`, { flush: true })
  fs.renameSync(`${note}.new`, note)
}
