import { mkdir } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { dataFolderOf } from '../../src/config/data-folder.ts'
import { temporaryDirectory } from '../support/stores/temporary-directory.ts'

const home = os.homedir()

test('a clone keeps its data beside where it is started, a package in the folder of the account', async () => {
  await using directory = await temporaryDirectory('data-folder')
  const before = process.cwd()
  process.chdir(directory.path)
  try {
    const here = path.join(process.cwd(), 'data')
    const of = (more: Partial<Parameters<typeof dataFolderOf>[0]>) =>
      dataFolderOf({ given: undefined, xdgDataHome: undefined, installed: true, platform: 'linux', ...more })
    expect(of({ installed: false })).toBe(here)
    expect(of({})).toBe(path.join(home, '.local/share/channelscope'))
    expect(of({ xdgDataHome: '/srv/share' })).toBe('/srv/share/channelscope')
    expect(of({ xdgDataHome: 'relative' })).toBe(path.join(home, '.local/share/channelscope'))
    expect(of({ platform: 'darwin' })).toBe(path.join(home, 'Library/Application Support/channelscope'))
    for (const installed of [true, false]) {
      expect(of({ installed, given: 'elsewhere' })).toBe(path.join(process.cwd(), 'elsewhere'))
      expect(of({ installed, given: '/srv/data' })).toBe('/srv/data')
    }
    await mkdir('data')
    expect(of({ xdgDataHome: '/srv/share' })).toBe(here)
  } finally {
    process.chdir(before)
  }
})
