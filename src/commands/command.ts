import { z } from 'zod'
import type { Answer } from './answer.ts'

/** What one word of the command line may say. */
export type Value<T> = {
  /** How the help writes it, such as `<instant>`. */
  readonly form: string
  /** The rest of the sentence "--from must be …". */
  readonly must: string
  /** All that it may be, where they are few: a shell completes them. */
  readonly words?: readonly string[]
  /** What the word says; undefined when it is not allowed. */
  read(word: string): T | undefined
}

/** An option, or an argument by its place. */
export type Parameter<T = unknown> = {
  /** What it is for, for the help. */
  readonly about: string
  /** Without one it is a flag. */
  readonly value?: Value<T>
  readonly required?: boolean
  /** Whether an option may be given several times: what they say is a list then, empty where it was left out. */
  readonly repeats?: boolean
  /** How a person at a terminal is asked for an option that is required and missing; without it the call is refused. */
  readonly ask?: string
}

/** By name; arguments in the order of their places. */
export type Parameters = Readonly<Record<string, Parameter>>

/** What the parameters of a call say: flags are true or false, the rest is a value, or undefined where it was left out. */
type Given<P extends Parameters> = {
  readonly [K in keyof P]: P[K] extends { value: Value<infer T> }
    ? P[K] extends { repeats: true }
      ? readonly T[]
      : P[K] extends { required: true }
        ? T
        : T | undefined
    : boolean
}

/** The fields of a line of JSON, each described; one of several objects where a command tells of different things. */
export type Result = z.ZodObject | z.ZodUnion<readonly [z.ZodObject, ...z.ZodObject[]]>

/** The kinds of lines that a command answers with. */
export const kindsOf = (result: Result): readonly z.ZodObject[] =>
  result instanceof z.ZodObject ? [result] : result.options

/** A call as it is typed after the name of the program, and what it is for. */
type Example = { readonly call: string; readonly about: string }

/** What the help says of every command. */
type Described = {
  /** One word, or several where commands belong together, such as `archive list`. */
  readonly name: string
  /** What it does, in one line for the help. */
  readonly summary: string
  /** What else a reader of its help page has to know, a sentence each. */
  readonly details?: readonly string[]
  readonly examples: readonly [Example, ...Example[]]
  /** Only a running server can do it: the sentence for where none runs. */
  readonly needsServer?: string
  /** The last argument, which standard input says where it is left out or a single `-`. */
  readonly input?: string
  /** The option that says where relative paths begin: the command line gives its own folder, because the server has another one. */
  readonly base?: string
}

/** A command: everything that the help says and that a call is checked against is declared here, once. */
export type Command<Context> = Described & {
  readonly arguments: Parameters
  readonly options: Parameters
  /** What a line of its answer in JSON says. */
  readonly result: Result
  /** What is wrong with values that are right by themselves: a sentence, or undefined. */
  check?(given: Readonly<Record<string, unknown>>): string | undefined
  /** Why the argument of `input` may not be a word of the command line, a sentence; undefined where it may. */
  checkWord?(given: Readonly<Record<string, unknown>>): string | undefined
  /** Whether it did what it was asked to. A ConfigError says why it could not. */
  run(given: Readonly<Record<string, unknown>>, context: Context & Answer): Promise<boolean>
}

type Declared<Context, A extends Parameters, O extends Parameters, R extends Result> = Described & {
  arguments?: A
  options?: O
  result: R
  check?(given: Given<A & O>): string | undefined
  checkWord?(given: Given<A & O>): string | undefined
  run(given: Given<A & O>, context: Context & Answer<z.infer<R>>): Promise<boolean>
}

/** The option that every command takes. */
const jsonOption = { json: { about: 'answer with JSON, one object a line' } } as const

/** Declares a command of what it needs to run; it is given the values of its own arguments and options. */
export const commandsOf =
  <Context>() =>
  // biome-ignore lint/complexity/noBannedTypes: no parameters at all
  <const A extends Parameters = {}, const O extends Parameters = {}, R extends Result = Result>(
    declared: Declared<Context, A, O, R>,
  ): Command<Context> => {
    const { arguments: places = {}, options = {}, ...others } = declared
    return { ...(others as unknown as Command<Context>), arguments: places, options: { ...options, ...jsonOption } }
  }
