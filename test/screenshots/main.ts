/** `npm run screenshots`: pictures of every place of the panel, light and dark, wide and narrow, into docs/panel/. */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Browser } from 'playwright-core'
import { projectFolder } from '../support/app/program.ts'
import { ask } from '../support/http/ask.ts'
import { openBrowser } from '../support/http/browser.ts'
import { eventually } from '../support/lib/eventually.ts'
import { startAt } from './past-server.ts'
import { type Picture, pictures, type Scene } from './pictures.ts'

const at = new Date('2026-03-12T17:30:00Z')
const keys = { ADMIN: 'a-key-for-pictures-of-an-admin', OPERATOR: 'a-key-for-pictures-of-an-operator' }
const folder = path.join(projectFolder, 'docs', 'panel')
const themes = ['light', 'dark'] as const
const sizes = [
  { name: 'wide', width: 1280, height: 800 },
  { name: 'narrow', width: 360, height: 740 },
] as const

const sceneQuery = `{
  totals(range: { from: "now-6h", to: "now" }, bucket: HOUR) { points { messages } }
  channels(filter: { status: ONLINE }, orderBy: VIEWERS_DESC, first: 40) {
    nodes { slug platform viewersNow { count } slugHistory { slug } sessions(first: 4) { nodes { id chatters } } }
  }
}`

type Node = {
  slug: string
  platform: string
  viewersNow: object | null
  slugHistory: object[]
  sessions: { nodes: { id: string; chatters: number | null }[] }
}

/** Waits until the demo is under way, and finds in it what the pictures are of. */
const findScene = (url: string): Promise<Scene> =>
  eventually(
    'channels are live, all chat is there, and what a broadcast adds up to is known',
    async () => {
      const { data } = await ask(url, sceneQuery)
      const nodes = (data.channels.nodes as Node[]).map((node) => ({ ...node, platform: node.platform.toLowerCase() }))
      const counted = nodes.filter(({ viewersNow }) => viewersNow)
      const renamed = counted.find(({ slugHistory }) => slugHistory.length > 1) ?? counted[0]
      const over = counted.flatMap(({ sessions }) => sessions.nodes.filter(({ chatters }) => chatters !== null))[0]
      // What was said in the past arrives in its order, so the last whole hour has it last.
      const said = (data.totals.points as { messages: number }[]).at(-2)?.messages
      if (!renamed || !over || counted.length < 20 || !said) return null
      const compared = counted.slice(0, 4).map(({ platform, slug }) => `${platform}/${slug}`)
      return { channel: renamed, session: over.id, compared }
    },
    240_000,
  )

type Shot = { url: string; offsetMs: number; theme: (typeof themes)[number]; size: (typeof sizes)[number] }

const take = async (browser: Browser, picture: Picture, scene: Scene, { url, offsetMs, theme, size }: Shot) => {
  const context = await browser.newContext({
    viewport: size,
    colorScheme: theme,
    timezoneId: 'Europe/Berlin',
    locale: 'en-GB',
    reducedMotion: 'reduce',
  })
  const page = await context.newPage()
  await page.clock.install({ time: Date.now() + offsetMs })
  if (picture.role) {
    const key = keys[picture.role]
    await page.addInitScript((value) => sessionStorage.setItem('channelscope.key', value), key)
  }
  await page.goto(url + picture.path(scene))
  await page.locator('main[data-ready="true"]').waitFor()
  await page.waitForLoadState('networkidle')
  await picture.act?.(page)
  await page.screenshot({ path: path.join(folder, `${picture.name}-${theme}-${size.name}.png`) })
  await context.close()
}

const pictured = `# The panel

\`npm start\` serves it at http://127.0.0.1:4000/. \`npm run screenshots\` makes these pictures, of the demo as it was on ${at.toISOString().slice(0, 16).replace('T', ' ')} UTC.

${pictures
  .map(
    ({ name, use }) => `## ${name[0]!.toUpperCase()}${name.slice(1)}

${use}

![${name}, wide, light](panel/${name}-light-wide.png)
![${name}, wide, dark](panel/${name}-dark-wide.png)

![${name}, narrow, light](panel/${name}-light-narrow.png)
![${name}, narrow, dark](panel/${name}-dark-narrow.png)`,
  )
  .join('\n\n')}
`

const only = process.argv.slice(2)
await mkdir(folder, { recursive: true })
await using server = await startAt(at, { ADMIN_KEY: keys.ADMIN, OPERATOR_KEY: keys.OPERATOR })
const scene = await findScene(server.url)
const browser = await openBrowser()
try {
  for (const picture of pictures.filter(({ name }) => only.length === 0 || only.includes(name)))
    for (const size of sizes)
      for (const theme of themes) await take(browser, picture, scene, { ...server, theme, size })
} finally {
  await browser.close()
}
if (only.length === 0) {
  const page = path.join(projectFolder, 'docs', 'panel.md')
  // What follows the pictures is written by hand.
  const promises = (await readFile(page, 'utf8')).split(/(?=^## What it promises$)/m)[1]!
  await writeFile(page, `${pictured}\n${promises}`)
}
