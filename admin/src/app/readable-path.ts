const isReadable = (part: string): boolean => {
  try {
    decodeURIComponent(part)
    return true
  } catch {
    return false
  }
}

/** The same path, with parts that end within a letter taken as they are written: `%E0%A4` is then the text "%E0%A4". The router reads no others. */
export const readablePath = (path: string): string =>
  path
    .split('/')
    .map((part) => (isReadable(part) ? part : part.replaceAll('%', '%25')))
    .join('/')
