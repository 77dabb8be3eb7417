import { expect, test } from 'vitest'
import { createRandom } from '../../src/demo/random.ts'
import {
  broadcasterPattern,
  channelParts,
  namesBroadcaster,
  namesPerson,
  personPattern,
} from '../../src/erasing/persons.ts'

const pieces = [
  '"broadcaster":{',
  '"broadcaster" : {',
  '"sender":{',
  '"condition":{',
  '{',
  '}',
  ',',
  ' ',
  '"user_id":7',
  '"user_id": "7"',
  '"user_id":77',
  '"broadcaster_user_id":"7"',
  '"broadcaster_user_id":7',
  '"chatter_user_id":"7"',
  '"identity":{}',
  'base64:',
  '"x":1',
]

test('this program finds the people and channels of a body that the patterns for ClickHouse find', () => {
  const random = createRandom(7)
  const counts = { person: 0, broadcaster: 0 }
  for (let round = 0; round < 20_000; round += 1) {
    const body = Array.from(
      { length: 1 + Math.floor(random() * 10) },
      () => pieces[Math.floor(random() * pieces.length)],
    ).join('')
    if (body.startsWith('base64:')) continue
    const person = new RegExp(personPattern('7')).test(body.replace(new RegExp(channelParts, 'g'), ''))
    const broadcaster = new RegExp(broadcasterPattern('7')).test(body)
    expect(namesPerson(body, '7'), body).toBe(person)
    expect(namesBroadcaster(body, '7'), body).toBe(broadcaster)
    counts.person += Number(person)
    counts.broadcaster += Number(broadcaster)
  }
  expect(Math.min(counts.person, counts.broadcaster)).toBeGreaterThan(1_000)
})
