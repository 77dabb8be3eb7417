import path from 'node:path'
import ts from 'typescript'

/** A value that is to be of a type of a package, such as `Deployment` of `kubernetes-types/apps/v1`. */
export type Claim = { name: string; type: string; from: string; value: unknown }

/** An object has the keys that its type names, and no others: types made of a schema let everything be called `x-…` by letting everything be. */
const known = `
type Named<T> = { [K in keyof T as string extends K ? never : K]: T[K] }
type Known<T> = T extends readonly (infer I)[]
  ? Known<I>[]
  : T extends object
    ? keyof Named<T> extends never
      ? { [K in keyof T]: Known<T[K]> }
      : { [K in keyof Named<T>]: Known<T[K]> }
    : T
`

const options: ts.CompilerOptions = {
  noEmit: true,
  strict: true,
  skipLibCheck: true,
  types: [],
  lib: ['lib.es2022.d.ts'],
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
}

/** What the compiler says of values that are not of the types that they claim, by their names: keys that there are not, other types, what is missing. */
export const typeErrors = (claims: readonly Claim[]): string[] => {
  const file = path.join(import.meta.dirname, 'claims.ts')
  let source = known
  const starts = claims.map(({ name, type, from, value }, i) => {
    const start = source.length
    source += `import type { ${type} as T${i} } from '${from}'\nexport const v${i}: Known<T${i}> = ${JSON.stringify(value, null, 1)}\n`
    return { name, start }
  })
  const host = ts.createCompilerHost(options)
  const { getSourceFile } = host
  host.getSourceFile = (name, ...rest) =>
    name === file ? ts.createSourceFile(name, source, ts.ScriptTarget.ES2022) : getSourceFile.call(host, name, ...rest)
  return ts.getPreEmitDiagnostics(ts.createProgram([file], options, host)).map(({ messageText, start: at = 0 }) => {
    const { name } = starts.findLast(({ start }) => start <= at)!
    return `${name}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`
  })
}
