import type { Input } from './inputs.ts'
import type { Answer } from './send-input.ts'

const mostErrors = 65_536
// What only the inside of the program says; that of the input is taken out before it is looked for.
const internals =
  /node_modules|\.ts:\d|\n {4}at |\bSELECT [a-z]|relation "|ECONN|prisma\.|Cannot read prop|is not a function/

type Told = { errors?: { extensions?: { code?: string } }[] }

/** The bodies of an answer that are JSON objects: one, or one a line. */
const bodies = (text: string): Told[] =>
  text.split('\n').flatMap((line) => {
    const json = line.startsWith('data: ') ? line.slice(6) : line
    if (!json.startsWith('{')) return []
    try {
      const body = JSON.parse(json)
      return [body.type === 'error' ? { errors: body.payload } : (body.payload ?? body)]
    } catch {
      return []
    }
  })

/** What is wrong with an answer to an input, a sentence each. */
export const faultsOf = (input: Input, { status, text }: Answer): string[] => {
  const faults: string[] = []
  if (input.kind === 'command line' && ![0, 1, 2].includes(status!)) faults.push(`ended with ${status}`)
  if (input.kind !== 'command line' && status !== undefined && status >= 500 && status !== 503)
    faults.push(`was answered ${status}`)
  for (const { errors } of bodies(text)) {
    if (!Array.isArray(errors)) continue
    const size = Buffer.byteLength(JSON.stringify(errors))
    if (size > mostErrors) faults.push(`has ${size} bytes of errors`)
    if (errors.some(({ extensions }) => extensions?.code === 'INTERNAL_SERVER_ERROR'))
      faults.push('failed unexpectedly')
  }
  if (input.kind === 'command line' && Buffer.byteLength(text) > mostErrors)
    faults.push(`said ${text.length} characters`)
  const seen = internals.exec(text)
  if (seen && status !== 200 && !JSON.stringify(input).includes(JSON.stringify(seen[0]).slice(1, -1)))
    faults.push(`tells of the inside: ${text.slice(Math.max(0, seen.index - 100), seen.index + 200)}`)
  return faults
}
