import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { projectFolder } from '../support/app/program.ts'

const source = path.join(projectFolder, 'src')

/** Where an instant from outside is compared with now: of a platform, of a token's issuer, of another process of the account, of a caller. */
const fromOutside = new Set([
  'access/access.ts',
  'access/identity-watch.ts',
  'access/token-verifier.ts',
  'claims/link-login.ts',
  'commands/show-channel-command.ts',
  'resolvers/channel-moment.ts',
  'platforms/twitch/twitch-webhooks.ts',
  'app/start-webhooks.ts',
  // By the time of the database: what other nodes said there, and what its queues say.
  'app/backup-parts.ts',
  'workers/jobs/job-runner.ts',
  'lib/clock.ts',
])

const ages = /\bclock\(\) [-<>]|[-<>]=? clock\(\)|Date\.now\(\) [-<>]|\bclock\(\) \+ wait/

test('no age and no deadline comes of a clock that somebody may set', () => {
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))
  const found = files
    .filter((file) => !file.startsWith('demo/') && !fromOutside.has(file))
    .flatMap((file) =>
      readFileSync(path.join(source, file), 'utf8')
        .split('\n')
        .flatMap((line, index) => (ages.test(line) ? [`${file}:${index + 1} ${line.trim()}`] : [])),
    )
  expect(found).toEqual([])
})
