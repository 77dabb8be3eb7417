/** What one word of the command line may say. */
export type Value<T> = {
  /** How the help writes it, such as `<instant>`. */
  readonly form: string
  /** The rest of the sentence "--from must be …". */
  readonly must: string
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
}

/** By name; arguments in the order of their places. */
export type Parameters = Readonly<Record<string, Parameter>>

/** What the parameters of a call say: flags are true or false, the rest is a value, or undefined where it was left out. */
type Given<P extends Parameters> = {
  readonly [K in keyof P]: P[K] extends { value: Value<infer T> }
    ? P[K] extends { required: true }
      ? T
      : T | undefined
    : boolean
}

/** A command: everything that the help says and that a call is checked against is declared here, once. */
export type Command<Context> = {
  /** One word, or several where commands belong together, such as `archive list`. */
  readonly name: string
  /** What it does, in one line for the help. */
  readonly summary: string
  readonly arguments: Parameters
  readonly options: Parameters
  /** What is wrong with values that are right by themselves: a sentence, or undefined. */
  check?(given: Readonly<Record<string, unknown>>): string | undefined
  /** Whether it did what it was asked to. */
  run(given: Readonly<Record<string, unknown>>, context: Context): Promise<boolean>
}

type Declared<Context, A extends Parameters, O extends Parameters> = {
  name: string
  summary: string
  arguments?: A
  options?: O
  check?(given: Given<A & O>): string | undefined
  run(given: Given<A & O>, context: Context): Promise<boolean>
}

/** Declares a command of what it needs to run; it is given the values of its own arguments and options. */
export const commandsOf =
  <Context>() =>
  // biome-ignore lint/complexity/noBannedTypes: no parameters at all
  <const A extends Parameters = {}, const O extends Parameters = {}>(
    declared: Declared<Context, A, O>,
  ): Command<Context> => {
    const { arguments: places = {}, options = {}, ...others } = declared
    return { ...(others as unknown as Command<Context>), arguments: places, options }
  }
