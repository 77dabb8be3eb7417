import fs from 'node:fs'
import path from 'node:path'
import ts from 'typescript'

/** A regular expression as it is written in a file. */
export type SourcePattern = {
  file: string
  /** From 1. */
  line: number
  source: string
  flags: string
}

/** One that is put together while the program runs, so that nobody can say what it will be. */
export type UnknownPattern = Pick<SourcePattern, 'file' | 'line'> & { code: string }

const isOurs = (name: string): boolean =>
  /\.(ts|cjs)$/.test(name) && !name.endsWith('.d.ts') && !/(^|[\\/])(generated|node_modules)[\\/]/.test(name)

/** The files of code in folders and among files, relative to the root. */
export const codeFiles = (root: string, places: readonly string[]): string[] =>
  places.flatMap((place) => {
    const full = path.resolve(root, place)
    if (!fs.statSync(full).isDirectory()) return [place]
    const names = fs.readdirSync(full, { recursive: true, encoding: 'utf8' })
    return names.map((name) => path.join(place, name)).filter(isOurs)
  })

const isRegExp = (node: ts.Node): node is ts.NewExpression | ts.CallExpression =>
  (ts.isNewExpression(node) || ts.isCallExpression(node)) &&
  ts.isIdentifier(node.expression) &&
  node.expression.text === 'RegExp'

/** The regular expressions of a file: literals, and those made of literal texts; the others as unknown. */
export const patternsIn = (file: string, text: string): { known: SourcePattern[]; unknown: UnknownPattern[] } => {
  const tree = ts.createSourceFile(file, text, ts.ScriptTarget.Latest)
  const known: SourcePattern[] = []
  const unknown: UnknownPattern[] = []
  const visit = (node: ts.Node): void => {
    const place = () => ({ file, line: tree.getLineAndCharacterOfPosition(node.getStart(tree)).line + 1 })
    if (ts.isRegularExpressionLiteral(node)) {
      const end = node.text.lastIndexOf('/')
      known.push({ ...place(), source: node.text.slice(1, end), flags: node.text.slice(end + 1) })
    } else if (isRegExp(node)) {
      const [source, flags] = node.arguments ?? []
      if (source && ts.isStringLiteralLike(source) && (!flags || ts.isStringLiteralLike(flags)))
        known.push({ ...place(), source: source.text, flags: flags?.text ?? '' })
      else unknown.push({ ...place(), code: node.getText(tree) })
    }
    ts.forEachChild(node, visit)
  }
  visit(tree)
  return { known, unknown }
}
