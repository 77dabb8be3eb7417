import { z } from 'zod'

const longestUrl = 2_048

/** Ports of HTTP, and those that a service of one's own has. Behind the others are services that are not HTTP. */
const isPortOfHttp = (port: string): boolean => port === '' || port === '80' || port === '443' || Number(port) >= 1_024

/** What is wrong with a URL, a sentence; undefined where a target may have it. Where it leads is checked when it is called. */
const faultOf = (text: string): string | undefined => {
  if (text.length > longestUrl) return `The URL must have at most ${longestUrl} characters.`
  const url = URL.parse(text)
  if (url === null) return 'The URL must be complete, like https://example.com/path.'
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'The URL must begin with https:// or http://.'
  if (url.username !== '' || url.password !== '') return 'The URL must not hold a login.'
  if (!isPortOfHttp(url.port)) return 'The port of the URL must be 80, 443, or 1024 or higher.'
  return undefined
}

/** The URL of a target, as a text. */
export const targetUrl = z.string({ error: 'The URL must be a text.' }).superRefine((text, context) => {
  const fault = faultOf(text)
  if (fault !== undefined) context.addIssue({ code: 'custom', message: fault })
})

/** The parts of a URL that was accepted. Its host has no dot at its end, so that it is the name that a certificate holds. */
export const partsOf = (text: string): { origin: string; host: string; hostname: string; path: string } => {
  const url = new URL(text)
  url.hostname = url.hostname.replace(/\.$/, '')
  // An address of IPv6 is in brackets.
  const hostname = url.hostname.replace(/^\[(.*)\]$/, '$1')
  return { origin: url.origin, host: url.host, hostname, path: url.pathname + url.search }
}

const shortestSecretPart = 16

/** What of an accepted URL no answer may be kept with: all of it, its path, and parts of that which are long enough to be secrets. */
export const secretsOfUrl = (text: string): string[] => {
  const { path } = partsOf(text)
  return [text, path, ...path.split(/[/?&=]/).filter((part) => part.length >= shortestSecretPart)]
}
