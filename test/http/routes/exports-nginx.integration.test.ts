import { expect, test } from 'vitest'
import { download } from '../../support/http/download.ts'
import { exportApi, from } from '../../support/http/export-api.ts'
import { nginxMissing, startNginx } from '../../support/http/nginx-server.ts'

const { start } = exportApi()

test('behind nginx, which drops trailers, the checksum of a download is asked for and fits', async (context) => {
  if (nginxMissing !== null) return context.skip(`skipped because ${nginxMissing}`)
  const { url } = await start()
  await using nginx = await startNginx(Number(new URL(url).port))
  const path = `${nginx.url}/export/viewers?username=xqc&format=ndjson&from=${from}&to=2026-11-01T06:00:00Z`
  const file = await download(path)
  expect(file).toMatchObject({ status: 200, whole: true, trailers: {} })
  const checksum = await download(`${path}&checksum=1`)
  expect(checksum.body.toString()).toBe(`${file.sha256}  xqc-viewers-20261101T000000Z-20261101T060000Z.ndjson\n`)
  expect(checksum.headers).toMatchObject({ 'x-content-sha256': file.sha256, 'x-row-count': '21600' })
})
