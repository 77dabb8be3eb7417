import type { Answer } from './answer.ts'
import type { World } from './world.ts'

const shown = 24

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => escapes[character]!)

/** A page with some channels to be, those with the largest audience first, each a link that allows what the query asks for. */
export const authorizePage = (world: World, query: URLSearchParams): Answer => {
  const now = world.clock()
  const link = (name: string, value: string): string => {
    const next = new URLSearchParams(query)
    next.set(name, value)
    return escapeHtml(`/oauth/authorize?${next}`)
  }
  const channels = [...world.channels()]
    .filter(({ banned }) => !banned)
    .map((channel) => ({ channel, viewers: world.isListed(channel, now) ? world.viewers(channel, now) : 0 }))
    .sort((a, b) => b.viewers - a.viewers)
    .slice(0, shown)
  const items = channels.map(
    ({ channel, viewers }) =>
      `<li><a href="${link('login', channel.slug)}">${escapeHtml(channel.username)}</a>${viewers ? ` <small>live, ${viewers} watching</small>` : ''}</li>`,
  )
  const hidden = [...query].map(
    ([name, value]) => `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`,
  )
  return {
    status: 200,
    contentType: 'text/html; charset=utf-8',
    headers: { 'cache-control': 'no-store' },
    body: `<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<title>Log in to the simulated Kick</title>
<style>body{font:16px/1.6 system-ui;max-width:34rem;margin:2rem auto;padding:0 1rem}ul{columns:2;padding:0;list-style:none}small{color:#777}</style>
<h1>Who are you?</h1>
<p>This is the simulated platform. Choose a channel to be: the app gets <code>${escapeHtml(query.get('scope') ?? '')}</code>.</p>
<ul>${items.join('\n')}</ul>
<form action="/oauth/authorize">${hidden.join('')}<label>Another channel: <input name="login" required></label> <button>Log in</button></form>
<p><a href="${link('deny', '1')}">Refuse</a></p>
</html>
`,
  }
}
