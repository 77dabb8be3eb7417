/** Statements of SQL for Postgres, without what follows the last semicolon; strings, comments and bodies between dollars are left whole. */
export const splitStatements = (text: string): string[] => {
  const statements: string[] = []
  const special = /--[^\n]*|'|"|\$[a-z]*\$|;/gi
  let start = 0
  for (let match = special.exec(text); match; match = special.exec(text)) {
    const [found] = match
    if (found === ';') {
      statements.push(text.slice(start, special.lastIndex).trim())
      start = special.lastIndex
    } else if (!found.startsWith('--')) {
      const end = text.indexOf(found, special.lastIndex)
      if (end < 0) throw new Error(`SQL ends within ${found}.`)
      special.lastIndex = end + found.length
    }
  }
  return statements
}
