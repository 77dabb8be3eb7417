// What stands for a text that can not be read: U+FFFD.
const unreadable = '%EF%BF%BD'

const readablePart = (part: string): string => {
  try {
    // The text is used, because a call whose result nobody uses is left out of what is built.
    return decodeURIComponent(part) === '' ? '' : part
  } catch {
    return part.replaceAll(/%[0-9a-f]{0,2}/gi, unreadable)
  }
}

/** The same path, in which parts that are no text, such as `%E0%A4`, have a sign for what can not be read. The router reads no others. */
export const readablePath = (path: string): string => path.split('/').map(readablePart).join('/')
