import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

test.each(['nginx.conf', 'haproxy.cfg'])('the page about proxies shows deploy/%s as it is', (name) => {
  const page = readFileSync('docs/behind-proxies.md', 'utf8')
  expect(page).toContain(`\n${readFileSync(`deploy/${name}`, 'utf8')}\`\`\`\n`)
})
