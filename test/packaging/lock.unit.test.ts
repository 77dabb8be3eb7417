import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

type Entry = { resolved?: string; hasInstallScript?: boolean }
const { packages }: { packages: Record<string, Entry> } = JSON.parse(readFileSync('package-lock.json', 'utf8'))
const entries = Object.entries(packages).filter(([place]) => place !== '')
const placesOf = (isSo: (entry: Entry) => unknown): string[] =>
  entries.filter(([, entry]) => isSo(entry)).map(([place]) => place)

test('the lock names no registry', () => {
  expect(placesOf(({ resolved }) => resolved !== undefined)).toEqual([])
})

test('npm ci runs no program of a package: delete the lines with hasInstallScript that npm install adds', () => {
  expect(placesOf(({ hasInstallScript }) => hasInstallScript)).toEqual([])
})
