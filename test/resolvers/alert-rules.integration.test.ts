import { afterAll, beforeAll, expect, test } from 'vitest'
import { storeAlerts } from '../support/alerts/stored-alerts.ts'
import { adminKey, startTestApi, type TestApi } from '../support/http/api.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'
import { seed } from '../support/stores/seed.ts'

let database: TestDatabase
let api: TestApi
let stored: Awaited<ReturnType<typeof storeAlerts>>

beforeAll(async () => {
  database = await createTestDatabase()
  api = await startTestApi({ db: database.db })
  stored = await storeAlerts(database.db, api, await seed(database.db).channel({ slug: 'anna' }))
})
afterAll(async () => {
  await api[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

test('a rule has the channels that it names, and says what it told lately', async () => {
  const { data } = await api.ask(
    `query ($id: ID!) { alertRule(id: $id) { channelCount channels { slug } toldLately lastToldAt } }`,
    { id: stored.rule },
    adminKey,
  )
  expect(data.alertRule).toMatchObject({ channelCount: 1, channels: [{ slug: 'anna' }], toldLately: 1 })
  expect(Date.parse(data.alertRule.lastToldAt)).toBeGreaterThan(Date.now() - 60_000)
})

test('a rule about all channels that told nothing yet says so', async () => {
  const { data } = await api.ask(
    `query ($id: ID!) { alertRule(id: $id) { channelCount channels { slug } toldLately lastToldAt } }`,
    { id: await stored.newRule() },
    adminKey,
  )
  expect(data.alertRule).toEqual({ channelCount: null, channels: null, toldLately: 0, lastToldAt: null })
})

test('there is no rule with another id', async () => {
  for (const id of ['01K9Z0A1B2C3D4E5F6G7H8J9KM', 'no id'])
    expect((await api.ask(`query ($id: ID!) { alertRule(id: $id) { id } }`, { id }, adminKey)).data).toEqual({
      alertRule: null,
    })
})

test('a rule that is replaced without being told whether it is enabled stays as it is', async () => {
  const replace = async (id: string, given: string) => {
    const { data } = await api.ask(
      `mutation ($id: ID!) { updateAlertRule(id: $id, rule: { name: "replaced", kinds: [ENDED], targets: [] ${given} }) {
        ... on SaveAlertRuleSuccess { rule { isEnabled } } } }`,
      { id },
      adminKey,
    )
    return data.updateAlertRule.rule.isEnabled
  }
  const id = await stored.newRule()
  expect(await replace(id, '')).toBe(true)
  expect(await replace(id, 'isEnabled: false')).toBe(false)
  expect(await replace(id, '')).toBe(false)
  expect(await replace(id, 'isEnabled: true')).toBe(true)
})

test.each(['4711', '01K9Z0A1B2C3D4E5F6G7H8J9KM'])(
  'a rule about the channel %s, which is not there, is refused',
  async (id) => {
    const { errors } = await api.ask(
      `mutation ($id: ID!) { createAlertRule(rule: { name: "nobody", kinds: [ENDED], channels: [$id], targets: [] }) {
      ... on SaveAlertRuleSuccess { rule { id } } } }`,
      { id },
      adminKey,
    )
    expect(errors).toMatchObject([
      { message: `channels: there is no channel "${id}".`, extensions: { code: 'BAD_USER_INPUT' } },
    ])
  },
)

test('deliveries are counted by what became of them, and have their last attempt', async () => {
  const { data } = await api.ask(
    `query ($rule: ID!) {
      all: alertDeliveryCounts(filter: { rule: $rule }) { waiting delivered dead }
      waiting: alertDeliveryCounts(filter: { rule: $rule, state: WAITING }) { waiting delivered dead }
      none: alertDeliveryCounts(filter: { rule: "no id" }) { waiting delivered dead }
      alertDeliveries(filter: { rule: $rule }) { nodes { lastAttempt { number status answer } } }
    }`,
    { rule: stored.rule },
    adminKey,
  )
  const none = { waiting: 0, delivered: 0, dead: 0 }
  expect(data).toEqual({
    all: { ...none, dead: 1 },
    waiting: none,
    none,
    alertDeliveries: { nodes: [{ lastAttempt: { number: 1, status: 410, answer: 'gone' } }] },
  })
})
