import { readFileSync } from 'node:fs'
import { parse } from 'yaml'

// biome-ignore lint/suspicious/noExplicitAny: what a document holds is for the test to say
type Shape = any

/** A document of YAML, with what it merges. */
export const readYaml = (file: string): Shape => parse(readFileSync(file, 'utf8'), { merge: true })

/** A file of `NAME=value` lines. */
export const readVariables = (text: string): Record<string, string> =>
  Object.fromEntries([...text.matchAll(/^([A-Z_]+)=(.*)$/gm)].map(([, name, value]) => [name!, value!]))

/** What the Dockerfile says. */
export const dockerfile = () => {
  const text = readFileSync('Dockerfile', 'utf8').replaceAll('\\\n', '')
  const all = (word: string): string[] =>
    [...text.matchAll(new RegExp(`^${word} (.+)$`, 'gm'))].map(([, rest]) => rest!)
  return {
    env: readVariables(all('ENV').join('\n')),
    args: readVariables(all('ARG').join('\n')),
    stages: all('FROM'),
    all,
  }
}

/** Writes into a text what compose takes from `.env`; what must be there and is not is an error. */
export const interpolated = (text: string, variables: Readonly<Record<string, string>>): string =>
  text.replace(/\$\{(\w+)(?::([-?])([^}]*))?\}/g, (_, name, kind, words) => {
    const value = variables[name]
    if (value) return value
    if (kind === '-') return words
    throw new Error(`${name} is not set.`)
  })
