import type { Statement } from '../../../src/stores/postgres/statement.ts'

/** A statement of a test, declared as plain text: whoever queries it says what its rows are. */
// biome-ignore lint/suspicious/noExplicitAny: see above
export const statement = (name: string, text: string): Statement<any> => ({ name, text })
