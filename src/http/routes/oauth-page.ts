import { hash } from 'node:crypto'
import type { ServerResponse } from 'node:http'

const style =
  'body{font:1.1rem/1.6 system-ui,sans-serif;max-width:32rem;margin:15vh auto;padding:0 1.5rem;color:#1c2127;background:#fff}h1{font-size:1.4rem}@media(prefers-color-scheme:dark){body{color:#e8eaed;background:#16191d}}'

const policy = [
  "default-src 'none'",
  `style-src 'sha256-${hash('sha256', style, 'base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => escapes[character]!)

/** What a page says, as plain text, and the one link that it may have. */
export type OauthPage = {
  status: number
  title: string
  sentence: string
  link?: { href: string; text: string }
  headers?: Record<string, string>
}

/** Sends a page that loads nothing, runs nothing and tells no other page where it was. */
export const sendOauthPage = (
  response: ServerResponse,
  { status, title, sentence, link, headers }: OauthPage,
): void => {
  const further = link ? `<p><a href="${escapeHtml(link.href)}">${escapeHtml(link.text)}</a></p>` : ''
  const body = `<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(title)}</title><style>${style}</style></head>
<body><main><h1>${escapeHtml(title)}</h1><p>${escapeHtml(sentence)}</p>${further}</main></body>
</html>
`
  response.writeHead(status, {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
    'Content-Security-Policy': policy,
    'Referrer-Policy': 'no-referrer',
    'Cache-Control': 'no-store',
    ...headers,
  })
  response.end(body)
}
