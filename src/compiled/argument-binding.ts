import type { PageCursorCodec } from '../resolvers/page-cursor.ts'

/** What one request brings to its statement. */
export type Request = {
  /** Coerced. */
  variables: Record<string, unknown>
  /** Undefined until the first cursor was made or read. */
  codec: PageCursorCodec | undefined
  /** Milliseconds since the epoch. */
  now: number
}

/** What the arguments of a field come to: one of the forms that its SQL has, and the values that this form takes. */
export type BoundArguments<Form> = {
  /** Names the form: equal names mean equal SQL with as many values. */
  name: string
  form: Form
  values: readonly unknown[]
}

/** Reads the arguments of a field. It throws where they are wrong, and NotCompiled where no statement answers what they ask for. */
// biome-ignore lint/suspicious/noExplicitAny: arguments are as different as the fields
export type Bind<Form = unknown> = (args: any, request: Request) => BoundArguments<Form>

/** What the statement of every request asks of the arguments of one field. */
export type ArgumentBinding = { args(variables: Record<string, unknown>): Record<string, unknown>; bind: Bind }
