/** What a release is judged by. */
export type ReleaseFacts = {
  version: string
  lockedVersion: string
  changelog: string
  schema: string
  releasedSchema: string
  declaredBreaks: string
  /** Files that differ from the last commit. */
  changedFiles: readonly string[]
  tags: readonly string[]
}

const numbersOf = (version: string): number[] => version.split('.').map(Number)

const isNewer = (a: string, b: string): boolean => {
  const [left, right] = [numbersOf(a), numbersOf(b)]
  const at = left.findIndex((number, i) => number !== right[i])
  return at >= 0 && left[at]! > right[at]!
}

/** The text below the first heading of the changelog that is meant, up to the next one; undefined where there is none. */
const sectionOf = (changelog: string, isMeant: (heading: string) => boolean): string | undefined => {
  const sections = changelog.split(/^## /m).slice(1)
  const found = sections.find((section) => isMeant(section.split('\n', 1)[0]!))
  return found?.split('\n').slice(1).join('\n').trim()
}

const versionProblems = ({ version, lockedVersion, tags }: ReleaseFacts): string[] => {
  if (!/^\d+\.\d+\.\d+$/.test(version)) return [`The version ${version} in package.json is not one like 1.2.3.`]
  const released = tags.flatMap((tag) => /^v(\d+\.\d+\.\d+)$/.exec(tag)?.[1] ?? [])
  const newer = released.filter((one) => !isNewer(version, one))
  return [
    ...(lockedVersion === version
      ? []
      : [`package-lock.json says version ${lockedVersion}: run \`npm install --package-lock-only\`.`]),
    ...(newer.length > 0 ? [`The version ${version} is not newer than ${newer.join(', ')}: set the next one.`] : []),
  ]
}

const changelogProblems = ({ version, changelog }: ReleaseFacts): string[] => {
  const heading = `[${version}] - `
  const own = sectionOf(
    changelog,
    (text) => text.startsWith(heading) && /^\d{4}-\d{2}-\d{2}$/.test(text.slice(heading.length)),
  )
  const next = sectionOf(changelog, (text) => text === '[Unreleased]')
  return [
    ...(own
      ? []
      : [`CHANGELOG.md has no lines below \`## [${version}] - YYYY-MM-DD\`: move those of [Unreleased] there.`]),
    ...(next === undefined ? ['CHANGELOG.md has no heading `## [Unreleased]` for what comes next.'] : []),
    ...(next ? ['CHANGELOG.md has lines below [Unreleased]: they are part of this release.'] : []),
  ]
}

/** What has to be done before a version can be released, a sentence each; empty when nothing has. */
export const releaseProblems = (facts: ReleaseFacts): string[] => [
  ...versionProblems(facts),
  ...changelogProblems(facts),
  ...(facts.schema === facts.releasedSchema && facts.declaredBreaks.trim() === '[]'
    ? []
    : ['The released schema is not the present one: run `node codegen.ts --release`.']),
  ...(facts.changedFiles.length === 0
    ? []
    : [`Files differ from the last commit: ${facts.changedFiles.slice(0, 5).join(', ')}. Commit them.`]),
]
