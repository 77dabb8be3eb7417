import type { PageCursorCodec } from '../resolvers/page-cursor.ts'

/** What a request gives to its statement. */
export type Request = {
  /** As the schema coerced them. */
  variables: Record<string, unknown>
  /** Undefined until this process has read the epoch of the journal. */
  codec: PageCursorCodec | undefined
  /** Milliseconds since the epoch. */
  now: number
}

/** The arguments of a field, read: which form its SQL has, and the values of its parameters. */
export type BoundArguments<Form> = {
  /** The name of the form. Equal names mean equal SQL, with as many values. */
  name: string
  form: Form
  values: readonly unknown[]
}

/** Reads the arguments of a field. It throws where they are wrong, and NotCompiled where no statement answers what they ask for. */
// biome-ignore lint/suspicious/noExplicitAny: arguments are as different as the fields
export type Bind<Form = unknown> = (args: any, request: Request) => BoundArguments<Form>

/** How the arguments of one field are found in a request, and how they are read. */
export type ArgumentBinding = {
  args(request: Request): Record<string, unknown>
  bind: Bind
  /** What every request has asked, where the document alone says it. */
  always?: BoundArguments<unknown>
}

/** A request that knows whether anything of it was read. */
export const watch = (request: Request): Request & { readonly wasRead: boolean } => {
  let wasRead = false
  const read = <Key extends keyof Request>(key: Key): Request[Key] => {
    wasRead = true
    return request[key]
  }
  return {
    get variables() {
      return read('variables')
    },
    get codec() {
      return read('codec')
    },
    get now() {
      return read('now')
    },
    get wasRead() {
      return wasRead
    },
  }
}
