import { sign } from 'node:crypto'
import { expect, test } from 'vitest'
import { createSignatureChecks, type SignatureChecks } from '../../src/platforms/signature-checks.ts'
import { rsaKeys } from '../support/platforms/webhook-signer.ts'

const keys = [rsaKeys(), rsaKeys()]

/** Signatures of both keys, every third of other bytes and every fifth of the other key; and which of them are genuine. */
const cases = Array.from({ length: 100 }, (_, index) => {
  const [maker, key] = [keys[index % 2]!, keys[(index % 5 === 0 ? index + 1 : index) % 2]!]
  const signed = Buffer.from(`${index} `.repeat(index))
  const signature = sign('sha256', index % 3 === 0 ? Buffer.from('other') : signed, maker.privateKey)
  return { check: { key: key.publicKey, signed, signature }, isGenuine: index % 3 !== 0 && index % 5 !== 0 }
})
const expected = cases.map(({ isGenuine }) => isGenuine)

const checkAll = (checks: SignatureChecks) => Promise.all(cases.map(({ check }) => checks.isGenuine(check)))

test.each([1, 2])('each of many checks at once has its own result, with %i cores', async (cores) => {
  await using checks = createSignatureChecks(cores)
  for (let round = 0; round < 5; round++) expect(await checkAll(checks)).toEqual(expected)
  await expect.poll(checks.isThreaded).toBe(cores > 1)
  expect(await checkAll(checks)).toEqual(expected)
})

test('what the thread had when it ended is checked without it', async () => {
  const checks = createSignatureChecks(2)
  await checkAll(checks)
  await expect.poll(checks.isThreaded).toBe(true)
  const results = checkAll(checks)
  await checks[Symbol.asyncDispose]()
  expect(await results).toEqual(expected)
  expect(checks.isThreaded()).toBe(false)
})

test('a check that can not be made fails alone', async () => {
  await using checks = createSignatureChecks(2)
  const wrong = { ...cases[1]!.check, key: 'no key' as never }
  const results = await Promise.allSettled([checks.isGenuine(wrong), checkAll(checks)])
  expect(results).toMatchObject([{ status: 'rejected' }, { status: 'fulfilled', value: expected }])
})
