import { hash } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { startDeployedNginx } from '../../support/deploy/proxies.ts'
import { download } from '../../support/http/download.ts'
import { exportApi, from } from '../../support/http/export-api.ts'
import { openHttp2 } from '../../support/http/http2.ts'
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

test('by deploy/nginx.conf over HTTP/2 a download that is compressed on the way holds what its checksum says', async (context) => {
  if (nginxMissing !== null) return context.skip(`skipped because ${nginxMissing}`)
  const { url } = await start()
  const port = Number(new URL(url).port)
  await using nginx = await startDeployedNginx([port, port])
  using client = openHttp2(nginx.secureUrl, nginx.certificate)
  const path = `/export/viewers?username=xqc&format=csv&from=${from}&to=2026-11-01T06:00:00Z`
  const file = await client.ask({ ':path': path, 'accept-encoding': 'gzip' })
  expect(file.headers).toMatchObject({ ':status': 200, 'content-encoding': 'gzip' })
  const sha256 = hash('sha256', gunzipSync(await buffer(file.stream)))
  const checksum = await client.ask({ ':path': `${path}&checksum=1` })
  expect(String(await buffer(checksum.stream))).toBe(`${sha256}  xqc-viewers-20261101T000000Z-20261101T060000Z.csv\n`)
})
