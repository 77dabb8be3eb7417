import { hash } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { visibleText } from '../../lib/visible-text.ts'

const style = `:root{color-scheme:light dark}
body{font:1.0625rem/1.6 system-ui,sans-serif;margin:0;color:#1c2127;background:#f4f5f7}
main{box-sizing:border-box;max-width:34rem;margin:12vh auto;padding:2rem;background:#fff;border:1px solid #d9dde3;border-radius:.75rem;overflow-wrap:anywhere}
h1{font-size:1.4rem;line-height:1.3;margin:0 0 1rem}
dl{margin:1.25rem 0;padding:1rem;border-radius:.5rem;background:#f4f5f7}
dt{font-size:.875rem;color:#57606a}
dd{margin:0 0 .75rem;font-weight:600;font-size:1.125rem}
dd:last-child{margin:0}
.go{display:inline-block;margin-top:.5rem;padding:.6rem 1.1rem;border:0;border-radius:.5rem;font:inherit;font-weight:600;color:#fff;background:#1f5fbf;text-decoration:none;cursor:pointer}
.go:focus-visible{outline:3px solid #f0a020;outline-offset:2px}
@media(max-width:38rem){main{margin:0;min-height:100vh;border:0;border-radius:0;padding:1.5rem}}
@media(prefers-color-scheme:dark){body{color:#e8eaed;background:#0f1115}main{background:#181b20;border-color:#30363d}dl{background:#0f1115}dt{color:#9aa4af}.go{background:#2f6fd0}@media(max-width:38rem){body{background:#181b20}}}`

const policyOf = (hasForm: boolean): string =>
  [
    "default-src 'none'",
    `style-src 'sha256-${hash('sha256', style, 'base64')}'`,
    "base-uri 'none'",
    `form-action ${hasForm ? "'self'" : "'none'"}`,
    "frame-ancestors 'none'",
  ].join('; ')

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => escapes[character]!)

/** A name that a stranger chose: its direction does not reach the words beside it, and its marks of direction are seen. */
const nameHtml = (name: string): string => `<bdi>${escapeHtml(visibleText(name))}</bdi>`

/** What a page says, as plain text with names in it. */
export type OauthPage = {
  status: number
  title: string
  /** Words, and names that strangers chose. */
  sentence: string | readonly (string | { name: string })[]
  /** Who is linked with what: names by what they are. */
  names?: readonly (readonly [title: string, name: string])[]
  /** The one way on: a link to the platform, or a form that is sent to this server. */
  link?: { href: string; text: string }
  form?: { action: string; fields: Readonly<Record<string, string>>; text: string }
  headers?: Readonly<Record<string, string | readonly string[]>> | undefined
}

const further = ({ link, form }: OauthPage): string => {
  if (link) return `<p><a class="go" href="${escapeHtml(link.href)}">${escapeHtml(link.text)}</a></p>`
  if (!form) return ''
  const fields = Object.entries(form.fields).map(
    ([name, value]) => `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`,
  )
  return `<form method="post" action="${escapeHtml(form.action)}">${fields.join('')}<button class="go">${escapeHtml(form.text)}</button></form>`
}

/** Sends a page that loads nothing, runs nothing and tells no other page where it was. */
export const sendOauthPage = (response: ServerResponse, page: OauthPage): void => {
  const { status, title, sentence, names = [], form, headers } = page
  const words = [sentence].flat().map((part) => (typeof part === 'string' ? escapeHtml(part) : nameHtml(part.name)))
  const list = names.map(([what, name]) => `<dt>${escapeHtml(what)}</dt><dd>${nameHtml(name)}</dd>`).join('')
  const body = `<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(title)}</title><style>${style}</style></head>
<body><main><h1>${escapeHtml(title)}</h1>${list && `<dl>${list}</dl>`}<p>${words.join('')}</p>${further(page)}</main></body>
</html>
`
  response.writeHead(status, {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
    'Content-Security-Policy': policyOf(form !== undefined),
    'Referrer-Policy': 'no-referrer',
    'Cache-Control': 'no-store',
    ...(headers as Record<string, string | string[]>),
  })
  response.end(body)
}
