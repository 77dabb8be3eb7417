import { expect, test } from 'vitest'
import { brokenWords } from './broken-words.ts'

test.for([
  'Unable to preload CSS for /assets/inbox-1.css',
  'Failed to fetch dynamically imported module: http://localhost/assets/inbox-1.js',
  'error loading dynamically imported module: http://localhost/assets/inbox-1.js',
  'Importing a module script failed.',
])('%s is said as a page that was not loaded', (message) => {
  expect(brokenWords(new TypeError(message)).title).toBe('This page could not be loaded')
})

test('another fault is told as it is', () => {
  expect(brokenWords(new Error('x is undefined'))).toEqual({
    title: 'This page could not be shown',
    about: 'The panel has a fault: x is undefined',
  })
})
