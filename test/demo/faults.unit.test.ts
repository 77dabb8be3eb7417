import { describe, expect, it } from 'vitest'
import { createFaults } from '../../src/demo/faults.ts'

const path = '/public/v1/channels'

describe('faults', () => {
  it('strikes as often as told and then removes itself', async () => {
    const faults = createFaults()
    const fault = faults.add({ kind: 'reset', times: 2 })
    expect([1, 2, 3].map(() => faults.strikeAnswer(path)?.kind)).toEqual(['reset', 'reset', undefined])
    expect(fault.hits).toBe(2)
    expect(faults.isEmpty).toBe(true)
    await fault.struck
  })

  it('strikes only the path it names, and the OAuth paths only when named', () => {
    const faults = createFaults()
    faults.add({ kind: 'reset', path })
    expect(faults.strikeAnswer('/public/v1/users')).toBeNull()
    expect(faults.strikeAnswer(path)?.kind).toBe('reset')
    faults.clear()
    faults.add({ kind: 'html-error' })
    expect(faults.strikeAnswer('/oauth/token')).toBeNull()
    faults.add({ kind: 'edge-blocked', path: '/oauth/token' })
    expect(faults.strikeAnswer('/oauth/token')?.kind).toBe('edge-blocked')
  })

  it('draws the same strikes from the same seed', () => {
    const draw = (seed: number) => {
      const faults = createFaults(seed)
      const fault = faults.add({ kind: 'viewer-count-one', probability: 0.3 })
      const strikes = Array.from({ length: 1000 }, (_, id) => faults.strike('viewer-count-one', path, id) !== null)
      return { strikes, hits: fault.hits }
    }
    expect(draw(4)).toEqual(draw(4))
    expect(draw(4).strikes).not.toEqual(draw(5).strikes)
    expect(draw(4).hits).toBeGreaterThan(240)
    expect(draw(4).hits).toBeLessThan(360)
  })

  it('spares other channels and never strikes again after its removal', () => {
    const faults = createFaults()
    const fault = faults.add({ kind: 'zero-valued', ids: [7] })
    expect(faults.strike('zero-valued', path, 8)).toBeNull()
    expect(faults.strike('zero-valued', path, 7)).not.toBeNull()
    expect(faults.strike('stale-live', path, 7)).toBeNull()
    fault.remove()
    expect(faults.strike('zero-valued', path, 7)).toBeNull()
  })
})
