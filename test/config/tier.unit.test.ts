import { expect, test } from 'vitest'
import { readConfig } from '../../src/config/config.ts'
import type { EnvironmentName } from '../../src/lib/environment-name.ts'

test.each([
  [{}, 'dev', 'dev'],
  [{ ENVIRONMENT: 'staging' }, 'staging', 'staging'],
  [{ TIER: 'main' }, 'dev', 'main'],
  [{ ENVIRONMENT: 'staging', TIER: 'main' }, 'staging', 'main'],
])('%j is of the environment %s and of the tier %s', (variables, name, tier) => {
  expect(readConfig(variables)).toMatchObject({ environment: { name }, tier })
})

test('neither name can be given where the other is expected', () => {
  const { environment, tier } = readConfig({})
  const ofTier = (env: string) => env
  const ofEnvironment = ({ name }: EnvironmentName) => name
  // @ts-expect-error an environment is no text
  ofTier(environment)
  // @ts-expect-error a tier is no environment
  ofEnvironment(tier)
  expect([ofTier(tier), ofEnvironment(environment)]).toEqual(['dev', 'dev'])
})

test('a name of a tier with other characters is refused', () => {
  expect(() => readConfig({ TIER: 'a tier' })).toThrow('TIER must be 1 to 40 letters, digits, - or _.')
})
