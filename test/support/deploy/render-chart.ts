import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { parse, parseAllDocuments, stringify } from 'yaml'

/** What templates can name. */
type Data = Record<string, unknown>

const action = /\{\{(-?)\s*(.*?)\s*(-?)\}\}/

/** The value of a path such as `.Values.api.replicas` or `$name`. */
const lookUp = (term: string, data: Data): unknown => {
  if (!/^(\$\w+|(\.\w+)+)$/.test(term)) throw new Error(`The renderer does not know ${term}.`)
  const keys = term.startsWith('$') ? [term] : term.slice(1).split('.')
  const value = keys.reduce<unknown>((at, key) => (at as Data | undefined)?.[key], data)
  if (value === undefined || value === null) throw new Error(`There is no ${term}.`)
  return value
}

const filters: Record<string, (value: unknown, argument: number) => unknown> = {
  quote: (value) => JSON.stringify(String(value)),
  nindent: (value, depth) => `\n${String(value).trimEnd().replace(/^/gm, ' '.repeat(depth))}`,
}

const expression = (text: string, data: Data): string => {
  const [first = '', ...pipes] = text.split('|').map((part) => part.trim())
  const [, path] = /^toYaml (.+)$/.exec(first) ?? []
  const start = path ? stringify(lookUp(path, data)) : lookUp(first, data)
  return String(
    pipes.reduce((value, pipe) => {
      const [name = '', argument] = pipe.split(' ')
      const filter = filters[name]
      if (!filter) throw new Error(`The renderer does not know ${name}.`)
      return filter(value, Number(argument))
    }, start),
  )
}

/**
 * Renders the part of Helm's templates that the chart keeps to: a path, `toYaml`, the filters `quote` and `nindent`, `if` of a path and `range`
 * over a map, with the dashes that take away white space. Anything else is an error.
 */
const render = (template: string, data: Data): string => {
  let rest = template
  const take = (written: boolean, scope: Data): string => {
    let out = ''
    for (;;) {
      const found = action.exec(rest)
      if (!found) {
        const tail = rest
        rest = ''
        return out + tail
      }
      const [whole, left, text = '', right] = found
      const before = rest.slice(0, found.index)
      out += left ? before.trimEnd() : before
      rest = rest.slice(found.index + whole.length)
      if (right) rest = rest.trimStart()
      if (text === 'end') return out
      const [, condition] = /^if (.+)$/.exec(text) ?? []
      const [, key, value, list] = /^range (\$\w+), (\$\w+) := (.+)$/.exec(text) ?? []
      if (condition) {
        const holds = written && Boolean(lookUp(condition, scope))
        const body = take(holds, scope)
        if (holds) out += body
      } else if (list) {
        const body = rest
        const entries = written ? Object.entries(lookUp(list, scope) as Data) : []
        for (const [name, one] of entries) {
          rest = body
          out += take(true, { ...scope, [key!]: name, [value!]: one })
        }
        if (entries.length === 0) take(false, scope)
      } else if (written) {
        out += expression(text, scope)
      }
    }
  }
  return take(true, data)
}

export type Manifest = { apiVersion: string; kind: string; metadata: { name: string }; spec: Data }

/** The manifests of a chart for a release of this name, and the values that it has of its own. */
export const renderChart = (folder: string, release: string, change: (values: Data) => void = () => undefined) => {
  const read = (file: string): string => readFileSync(path.join(folder, file), 'utf8')
  const chart = parse(read('Chart.yaml'))
  const values = parse(read('values.yaml'))
  change(values)
  const data = {
    Values: values,
    Release: { Name: release },
    Chart: { AppVersion: chart.appVersion, Version: chart.version },
  }
  const manifests = readdirSync(path.join(folder, 'templates')).flatMap((file) =>
    parseAllDocuments(render(read(`templates/${file}`), data)).flatMap((document) => {
      if (document.errors.length > 0) throw document.errors[0]
      return (document.toJS() as Manifest | null) ?? []
    }),
  )
  return { chart, values, manifests }
}
