import { describe, expect, test } from 'vitest'
import { banner } from '../../src/cli/banner.ts'
import { readConfig } from '../../src/config/config.ts'

const keys = { admin: 'a', operator: 'o', created: [] }
const shown = (env: Record<string, string>, url = 'http://127.0.0.1:4000') =>
  banner({ url, keys, demoUrl: undefined }, readConfig({ DATA_DIR: '/data', ...env }))

describe('the banner', () => {
  test('names the page where it is shown, and only there', () => {
    expect(shown({})).toContain('GraphiQL        http://127.0.0.1:4000/graphql')
    for (const INTROSPECTION of ['admin', 'off']) expect(shown({ INTROSPECTION })).not.toContain('GraphiQL')
  })

  test('says so where other machines reach it too', () => {
    for (const HOST of ['0.0.0.0', '::']) expect(shown({ HOST })).toContain('other machines')
    expect(shown({ HOST: '127.0.0.1' })).not.toContain('other machines')
    expect(shown({ PUBLIC_URL: 'https://channels.example.com/' })).toContain(
      'from outside    https://channels.example.com/graphql\n',
    )
  })
})
