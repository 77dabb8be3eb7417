import { test } from 'vitest'
import { startTestApi } from '../support/api.ts'
import { openBrowser } from '../support/browser.ts'
import { createTestDatabase } from '../support/postgres.ts'
import { seed } from '../support/seed.ts'
test('x', async () => {
  await using database = await createTestDatabase()
  await seed(database.db).fullChannels(3)
  await using api = await startTestApi({ db: database.db })
  const browser = await openBrowser()
  const page = await browser.newPage({ viewport: { width: 1300, height: 800 } })
  page.on('console', (m) => console.log('CONSOLE', m.type(), m.text().slice(0, 300)))
  page.on('pageerror', (m) => console.log('ERR', m.stack?.slice(0, 600)))
  await page.goto(`${api.url}/graphql`)
  await page.locator('.graphiql-tab').nth(5).waitFor()
  await page.waitForTimeout(1500)
  const show = async (l: string) => console.log(l, await page.locator('.graphiql-tab-active').allTextContents(), (await page.locator('.graphiql-query-editor .view-lines').textContent())!.slice(0, 150), JSON.parse(await page.evaluate('localStorage.getItem("graphiql:tabState")') as string ?? 'null')?.activeTabIndex)
  await show('start')
  await page.evaluate(`for (const t of ['pointerdown','mousedown','pointerup','mouseup','click','pointercancel','focusin']) document.addEventListener(t, (e) => { (window.ev ||= []).push(t + ' ' + (e.target.className?.baseVal ?? e.target.className) + ' ' + e.target.textContent?.slice(0,15)) }, true)`)

  const b = (await page.locator('.graphiql-tab-button').nth(1).boundingBox())!
  const boxes = () => page.evaluate(`JSON.stringify([...document.querySelectorAll('.graphiql-tab')].map(e => { const r = e.getBoundingClientRect(); return [Math.round(r.x), Math.round(r.y), Math.round(r.width), Math.round(r.height), e.getAttribute('style'), getComputedStyle(e).pointerEvents, getComputedStyle(e).position] }))`)
  console.log('before', await boxes())
  await page.mouse.move(b.x + 20, b.y + 8); await page.waitForTimeout(400); console.log('hover', await boxes())
  await page.mouse.down(); console.log('down0', await boxes()); await page.waitForTimeout(200); console.log('down', await boxes()); await page.screenshot({ path: '/tmp/g4.png' })
  console.log(await page.evaluate(`document.elementsFromPoint(${b.x + 20}, ${b.y + 8}).map(e => e.className).join(' | ')`))
  await page.mouse.up()
  await browser.close()
}, 60000)
