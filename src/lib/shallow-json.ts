/** The most levels of JSON from outside. Code that walks or writes a much deeper value runs out of stack. */
export const deepestJson = 100

const [quote, backslash, openArray, openObject, closeArray, closeObject] = [...'"\\[{]}'].map((c) => c.charCodeAt(0))

/** Whether a text opens no more levels than are allowed: to search for two letters takes a tenth of looking at each. */
const opensFew = (text: string): boolean => {
  let opened = 0
  for (const bracket of '[{')
    for (let at = text.indexOf(bracket); at >= 0; at = text.indexOf(bracket, at + 1))
      if (++opened > deepestJson) return false
  return true
}

/** Where the text has ended that begins with a quote: behind the next quote that no backslash escapes. To search for it takes a third of looking at each letter. */
export const endOfText = (json: string, start: number): number => {
  for (let end = json.indexOf('"', start + 1); end >= 0; end = json.indexOf('"', end + 1)) {
    let backslashes = 0
    while (json.charCodeAt(end - 1 - backslashes) === backslash) backslashes += 1
    if (backslashes % 2 === 0) return end + 1
  }
  return json.length
}

/** Whether a JSON text has more levels than are allowed, in time linear in the text. For a text that is not JSON the answer means nothing. */
export const nestsTooDeep = (text: string): boolean => {
  if (opensFew(text)) return false
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === quote) at = endOfText(text, at) - 1
    else if (code === openArray || code === openObject) {
      depth += 1
      if (depth > deepestJson) return true
    } else if (code === closeArray || code === closeObject) depth -= 1
  }
  return false
}

/** The value of a JSON text from outside; throws a SyntaxError when it is not JSON, or has too many levels. */
export const parseShallowJson = (text: string): unknown => {
  if (nestsTooDeep(text)) throw new SyntaxError(`JSON may have at most ${deepestJson} levels.`)
  return JSON.parse(text)
}
