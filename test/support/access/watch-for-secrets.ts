import { afterEach, expect } from 'vitest'
import { takeLeaks } from './canary.ts'
import './secret-watch.ts'

/** Runs before every test file, also where several share a process: a test fails where a secret came out. */
afterEach(() => {
  expect(takeLeaks(), 'secrets that came out').toEqual([])
})
