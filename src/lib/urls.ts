/** The same URL without slashes at its end, so that a path can be added. */
export const withoutLastSlashes = (url: string): string => {
  let end = url.length
  while (url[end - 1] === '/') end--
  return url.slice(0, end)
}
