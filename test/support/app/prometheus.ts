/** A family of metrics as a scrape shows it. */
export type Family = {
  name: string
  help: string
  type: string
  samples: { name: string; labels: Record<string, string>; value: number }[]
}

const suffixes: Record<string, RegExp> = { histogram: /_(bucket|sum|count)$/, summary: /_(sum|count)$/ }

const readLabels = (text: string): Record<string, string> => {
  const labels: Record<string, string> = {}
  let rest = text
  while (rest !== '') {
    const [whole, name, value] = /^([a-zA-Z_]\w*)="((?:[^"\\\n]|\\[\\"n])*)"(?:,|$)/.exec(rest) ?? []
    if (!whole) throw new Error(`labels can not be read: ${text}`)
    if (Object.hasOwn(labels, name!)) throw new Error(`a label stands twice: ${text}`)
    labels[name!] = value!.replace(/\\([\\"n])/g, (_, one) => (one === 'n' ? '\n' : one))
    rest = rest.slice(whole.length)
  }
  return labels
}

const readValue = (text: string): number => {
  if (!/^(NaN|[+-]?Inf|[+-]?[\d.]+(e[+-]?\d+)?)$/i.test(text)) throw new Error(`not a value: ${text}`)
  return Number(text.replace('Inf', 'Infinity'))
}

/** Reads the whole of a scrape as strictly as Prometheus does; throws with the line that is wrong. */
export const parseScrape = (text: string): Family[] => {
  const families = new Map<string, Family>()
  const seen = new Set<string>()
  let current: Family | undefined
  if (!text.endsWith('\n')) throw new Error('the last line does not end')
  for (const line of text.split('\n').filter(Boolean)) {
    const [, keyword, name, rest] = /^# (HELP|TYPE) ([a-zA-Z_:][\w:]*) (.*)$/.exec(line) ?? []
    if (keyword === 'HELP') {
      if (families.has(name!)) throw new Error(`a second family: ${line}`)
      current = { name: name!, help: rest!, type: '', samples: [] }
      families.set(name!, current)
    } else if (keyword === 'TYPE') {
      if (current?.name !== name || current!.type !== '') throw new Error(`a type without help before it: ${line}`)
      current!.type = rest!
    } else {
      const [, sample, labels = '', value] = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/s.exec(line) ?? []
      if (!sample || !current?.type) throw new Error(`not a line: ${line}`)
      const family = suffixes[current.type] ? sample.replace(suffixes[current.type]!, '') : sample
      if (family !== current.name) throw new Error(`not of the family ${current.name}: ${line}`)
      const series = line.slice(0, line.lastIndexOf(' '))
      if (seen.has(series)) throw new Error(`a series stands twice: ${line}`)
      seen.add(series)
      current.samples.push({ name: sample, labels: readLabels(labels), value: readValue(value!) })
    }
  }
  return [...families.values()]
}

/** What the conventions for names object to, a sentence each. */
export const objections = ({ name, help, type }: Pick<Family, 'name' | 'help' | 'type'>): string[] => {
  const wrong: [boolean, string][] = [
    [!/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(name), 'is not in snake case'],
    [help.trim() === '', 'has no help'],
    [!['counter', 'gauge', 'histogram', 'summary'].includes(type), `has the type ${type}`],
    [type === 'counter' && !name.endsWith('_total'), 'is a counter and does not end in _total'],
    [type !== 'counter' && name.endsWith('_total'), 'ends in _total and is no counter'],
    [/_(bucket|sum|count|info)$/.test(name), 'ends as a part of another type does'],
    [/(^|_)(ms|millis|milliseconds|minutes?|hours?|days?|kb|mb|kilobytes|percent)(_|$)/.test(name), 'has no base unit'],
    [/_(seconds|bytes|ratio)_(?!total$)/.test(name), 'does not end in its unit'],
    [/(^|_)(gauge|counter|histogram|summary)(_|$)/.test(name), 'names its type'],
  ]
  return wrong.flatMap(([is, objection]) => (is ? [`${name} ${objection}`] : []))
}
