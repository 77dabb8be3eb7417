import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import fs from 'node:fs/promises'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, expect, test } from 'vitest'
import { openTarget } from '../../src/targets/open-target.ts'
import { createSigningKey, rotateSigningKeys, type SigningKey, showSigningKey } from '../../src/targets/signing-keys.ts'
import { eventually } from '../support/lib/eventually.ts'
import { freePort } from '../support/lib/free-port.ts'
import { temporaryDirectory } from '../support/stores/temporary-directory.ts'
import { alertMessage, first } from '../support/targets/alert-message.ts'
import { startReceiver } from '../support/targets/receiver.ts'

const page = readFileSync('docs/alerts.md', 'utf8')

/** The program below a heading of the page, as people copy it. */
const programBelow = (heading: string): string =>
  /```(?:js|sh)\n([\s\S]*?)```/.exec(page.slice(page.indexOf(`### ${heading}\n`)))![1]!

const message = alertMessage({ text: 'Zoë is live: 🎉' })

const sendTo = async (url: string, signingKeys: SigningKey[]) => {
  await using target = openTarget('http', {}, { url, signingKeys }, { privateNetworks: ['127.0.0.1'], clock: Date.now })
  return await target.send(message, first())
}

const started: ChildProcess[] = []

afterEach(async () => {
  for (const child of started.splice(0)) {
    const exited = once(child, 'exit')
    child.kill()
    if (child.exitCode === null) await exited
  }
})

/** Runs a program of the page in a folder where the package is installed. */
const startProgram = async (program: string, key: string) => {
  const port = await freePort()
  const env = { PATH: process.env.PATH, ALERT_KEY: key, PORT: String(port) }
  const child = spawn(process.execPath, ['--input-type=module', '-'], { env, stdio: ['pipe', 'pipe', 'inherit'] })
  started.push(child)
  child.stdin!.end(program)
  let output = ''
  child.stdout!.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk
  })
  return { url: `http://127.0.0.1:${port}/`, output: () => output }
}

/** Whether the program takes what is signed by these keys, as soon as it listens. */
const statusOf = (url: string, keys: SigningKey[]) =>
  eventually('the program answers', async () => (await sendTo(url, keys)).status)

const [old, next, other] = [createSigningKey('v1'), createSigningKey('v1a'), createSigningKey('v1a')]

/** The keys while the one is rotated to the other. */
const rotated = rotateSigningKeys([old], next, Date.now(), 3_600_000)

test('the receiver with the package takes what is ours, also while keys are rotated, and nothing else', async () => {
  const { url, output } = await startProgram(programBelow('Node, with the package'), old.key)
  expect(await statusOf(url, [old])).toBe(204)
  expect(await statusOf(url, rotated)).toBe(204)
  expect(await statusOf(url, [createSigningKey('v1')])).toBe(401)
  expect(await statusOf(url, [next])).toBe(401)
  await eventually('it has written', () => output() === `${message.text}\n`.repeat(2))
})

test('the receiver with a public key takes what is ours, also while keys are rotated, and nothing else', async () => {
  const { publicKey } = showSigningKey(next)
  const { url, output } = await startProgram(programBelow('Node, with a public key'), publicKey!)
  expect(await statusOf(url, [next])).toBe(204)
  expect(await statusOf(url, rotated)).toBe(204)
  expect(await statusOf(url, [old])).toBe(401)
  expect(await statusOf(url, [other])).toBe(401)
  await eventually('it has written', () => output() === `${message.text}\n`.repeat(2))
})

test('the shell script takes what is ours, and neither what was changed nor what is old', async () => {
  await using directory = await temporaryDirectory('alert')
  const script = path.join(directory.path, 'alert.sh')
  const log = path.join(directory.path, 'alerts')
  await fs.writeFile(script, programBelow('A shell script'))
  await using receiver = await startReceiver()
  await sendTo(receiver.url, rotated)
  const [{ headers, body }] = receiver.received as [(typeof receiver.received)[number]]

  const run = async (given: string, more: Record<string, string> = {}): Promise<number> => {
    const env = {
      PATH: process.env.PATH,
      ALERT_KEY: old.key,
      ALERT_LOG: log,
      WEBHOOK_ID: headers['webhook-id'],
      WEBHOOK_TIMESTAMP: headers['webhook-timestamp'],
      WEBHOOK_SIGNATURE: headers['webhook-signature'],
      ...more,
    }
    const child = spawn('sh', [script, given], { env, stdio: ['ignore', 'ignore', 'pipe'] })
    const [[code], errors] = await Promise.all([once(child, 'exit'), text(child.stderr)])
    expect(errors).toBe('')
    return code
  }

  expect(await run(body)).toBe(0)
  expect(await fs.readFile(log, 'utf8')).toBe(`${body}\n`)
  expect(await run(`${body} `)).toBe(1)
  expect(await run(body, { WEBHOOK_ID: 'another' })).toBe(1)
  expect(await run(body, { WEBHOOK_SIGNATURE: 'v1,' })).toBe(1)
  expect(await run(body, { ALERT_KEY: createSigningKey('v1').key })).toBe(1)
  expect(await run(body, { WEBHOOK_TIMESTAMP: String(Number(headers['webhook-timestamp']) - 600) })).toBe(1)
  expect(await fs.readFile(log, 'utf8')).toBe(`${body}\n`)
})

test('the example of a body is one that targets send', async () => {
  await using receiver = await startReceiver()
  await sendTo(receiver.url, [old])
  const shown = JSON.parse(/```json\n([\s\S]*?)```/.exec(page)![1]!)
  const sent = JSON.parse(receiver.received[0]!.body)
  // Ids, names of broadcasts and sentences are made by those who decide.
  const { id, rule, channel, text: says, thread } = shown.data
  const made = { id, thread, text: says, rule: { ...sent.data.rule, id: rule.id } }
  expect(shown).toEqual({
    ...sent,
    data: { ...sent.data, ...made, channel: { ...sent.data.channel, id: channel.id } },
  })
})
