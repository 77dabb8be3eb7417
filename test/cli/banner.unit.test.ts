import { describe, expect, test } from 'vitest'
import { banner } from '../../src/cli/banner.ts'
import { readConfig } from '../../src/config/config.ts'

const keys = { admin: 'a', operator: 'o', created: [] }
const url = 'http://127.0.0.1:4000'
const shown = (env: Record<string, string>, signInLink?: string) =>
  banner({ url, keys, signInLink, demoUrl: undefined }, readConfig({ DATA_DIR: '/data', ...env }))

describe('the banner', () => {
  test('names the panel first, and how to sign in where this start has made the key', () => {
    const places = (text: string) => text.match(/https?:\S+/g)
    expect(places(shown({}))?.[0]).toBe('http://127.0.0.1:4000/')
    expect(places(shown({}, 'http://127.0.0.1:4000/sign-in#code=c'))?.slice(0, 2)).toEqual([
      'http://127.0.0.1:4000/',
      'http://127.0.0.1:4000/sign-in#code=c',
    ])
    expect(shown({})).not.toContain('sign-in')
  })

  test('names the page where it is shown, and only there', () => {
    expect(shown({})).toContain('GraphiQL        http://127.0.0.1:4000/graphql')
    for (const INTROSPECTION of ['admin', 'off']) expect(shown({ INTROSPECTION })).not.toContain('GraphiQL')
  })

  test('says so where other machines reach it too', () => {
    for (const HOST of ['0.0.0.0', '::']) expect(shown({ HOST })).toContain('other machines')
    expect(shown({ HOST: '127.0.0.1' })).not.toContain('other machines')
    expect(shown({ PUBLIC_URL: 'https://channels.example.com/' })).toContain(
      'from outside    https://channels.example.com/   https://channels.example.com/graphql\n',
    )
  })
})
