import { expect, test } from 'vitest'
import { judgeFileSystem } from '../../src/cli/check-machine.ts'

test.each([
  ['ext4', 0xef53, 'ok'],
  ['NFS', 0x6969, 'wrong'],
  ['SMB', 0xfe534d42, 'wrong'],
  ['tmpfs', 0x01021994, 'note'],
  ['overlay', 0x794c7630, 'note'],
  ['FUSE', 0x65735546, 'note'],
])('%s', (name, type, level) => {
  const { ok, isNote, text } = judgeFileSystem(type, 'linux')
  expect([ok ? (isNote ? 'note' : 'ok') : 'wrong', text]).toEqual([level, expect.stringContaining(name)])
})

test('a number that nobody knows, or of another system, is no fault', () => {
  expect(judgeFileSystem(0x12345, 'linux')).toMatchObject({ ok: true })
  expect(judgeFileSystem(0x6969, 'darwin')).toMatchObject({ ok: true })
})
