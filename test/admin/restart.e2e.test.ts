import { expect, test } from 'vitest'
import { lostNetwork, openPanel } from '../support/admin/panel.ts'
import { runProgram } from '../support/app/program.ts'
import { ask } from '../support/http/ask.ts'
import { freePort } from '../support/lib/free-port.ts'
import { temporaryDirectory } from '../support/stores/temporary-directory.ts'

const liveNow = async (url: string): Promise<number> => {
  const { data } = await ask(
    url,
    '{ channels(filter: { status: ONLINE }, orderBy: VIEWERS_DESC, first: 500) { nodes { id } } }',
  )
  return data.channels.nodes.length
}

test('the server is killed and started again while somebody looks: the page goes on by itself', async () => {
  await using directory = await temporaryDirectory('panel-restart')
  const env = { DATA_DIR: directory.path, PORT: String(await freePort()) }
  await using first = runProgram({ env })
  const url = await first.serving()
  await using panel = await openPanel(url)
  const { page } = await panel.open('/', { expected: lostNetwork })
  const connection = page.getByRole('status').filter({ hasText: /^(live|reconnecting)/ })
  const total = page.locator('dl > div').filter({ hasText: 'Live channels' }).locator('dd').first()
  await connection.filter({ hasText: /^live data$/ }).waitFor()
  await page.evaluate(() => Object.assign(globalThis, { isSamePage: true }))

  first.kill('SIGKILL', 'group')
  await first.ended
  await connection.filter({ hasText: 'reconnecting' }).waitFor()
  await using second = runProgram({ env })
  await second.serving()
  await connection.filter({ hasText: /^live data$/ }).waitFor()

  // What went on and off meanwhile is there: as many are shown as the server knows.
  await expect.poll(async () => Number(await total.textContent()) - (await liveNow(url)), { timeout: 60_000 }).toBe(0)
  expect(await page.getByText('may be incomplete').count()).toBe(0)
  expect(await page.evaluate(() => 'isSamePage' in globalThis)).toBe(true)
}, 400_000)
