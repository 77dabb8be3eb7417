/** The rows of a CSV by its first line, as RFC 4180 has it; nothing at all between two separators is null. */
export const parseCsv = (text: string): Record<string, string | null>[] => {
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/y
  const lines: (string | null)[][] = []
  let line: (string | null)[] = []
  while (field.lastIndex < text.length) {
    const at = field.lastIndex
    const [, quoted, bare, end] = field.exec(text) ?? []
    if (end === undefined) throw new SyntaxError(`no CSV at ${at}: ${JSON.stringify(text.slice(at, at + 40))}`)
    line.push(quoted === undefined ? bare || null : quoted.replaceAll('""', '"'))
    if (end === ',') continue
    lines.push(line)
    line = []
  }
  const names = lines.shift()!
  return lines.map((values) => {
    if (values.length !== names.length) throw new SyntaxError(`${values.length} values for ${names.length} columns`)
    return Object.fromEntries(names.map((name, index) => [name, values[index]!]))
  })
}
