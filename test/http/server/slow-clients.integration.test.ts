import { once } from 'node:events'
import net from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApi, type TestApi } from '../../support/http/api.ts'
import { createTestDatabase, type TestDatabase } from '../../support/stores/postgres.ts'

let database: TestDatabase
let api: TestApi

beforeAll(async () => {
  database = await createTestDatabase()
  api = await startTestApi({ db: database.db })
})
afterAll(async () => {
  await api[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

const head = 'POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n'

/** What a connection gets that sends the beginning at once and then a byte from time to time. */
const answerTo = async (beginning: string): Promise<string> => {
  const socket = net.connect(Number(new URL(api.url).port), '127.0.0.1')
  socket.on('error', () => undefined)
  socket.write(beginning)
  const dripping = setInterval(() => socket.write('x'), 500)
  let answer = ''
  socket.on('data', (chunk) => (answer += chunk))
  await once(socket, 'close')
  clearInterval(dripping)
  return answer
}

test.concurrent.each([
  ['head', `${head}X-Slow: `],
  ['body', `${head}Content-Length: 1000\r\n\r\n{`],
])('a connection whose %s never ends is closed with 408, however busy it is', async (_, beginning) => {
  expect(await answerTo(beginning)).toMatch(/^HTTP\/1.1 408 /)
})
