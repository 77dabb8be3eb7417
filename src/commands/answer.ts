import { visibleText } from '../lib/visible-text.ts'

/** Takes the lines of an answer as they come. */
export type Say = (line: string) => void

/** What a command answers with. */
export type Answer<Result extends object = object> = {
  /** Words for people, a line or several. They are left out of an answer in JSON. */
  say(text: string | readonly string[]): void
  /** A result: with --json one line of JSON, else the text. */
  tell(result: Result, text: string | readonly string[]): void
}

/**
 * An answer that goes out line by line. Names come from strangers, so no character of a line can move the cursor of a terminal or
 * turn its text around.
 */
export const answerBy = (write: Say, isJson: boolean): Answer => {
  const say = (text: string | readonly string[]): void => {
    for (const line of [text].flat()) write(visibleText(line))
  }
  return isJson
    ? { say: () => undefined, tell: (result) => write(visibleText(JSON.stringify(result))) }
    : { say, tell: (_, text) => say(text) }
}
