/** What a child process of the benchmarks answers to: one method a name, one argument, one result. */
export type Methods = Record<string, (argument: never) => unknown>

type Request = { id: number; method: string; argument: unknown }
export type Reply = { id: number; result?: unknown; error?: string }

/** Answers the parent's calls one by one or at once, and ends the process when the parent is gone. */
export const serve = (methods: Methods): void => {
  process.on('disconnect', () => process.exit(0))
  process.on('message', async ({ id, method, argument }: Request) => {
    try {
      const handler = methods[method]
      if (!handler) throw new Error(`There is no method ${method}.`)
      process.send?.({ id, result: await handler(argument as never) } satisfies Reply)
    } catch (error) {
      process.send?.({
        id,
        error: error instanceof Error ? (error.stack ?? error.message) : String(error),
      } satisfies Reply)
    }
  })
}
