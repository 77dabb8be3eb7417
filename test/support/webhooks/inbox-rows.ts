import { newUlid } from '../../../src/lib/ids.ts'
import type { ClickHouse } from '../../../src/stores/clickhouse/open-clickhouse.ts'
import { inboxFormat } from '../../../src/stores/clickhouse/tables/webhook-inbox.ts'
import { renderInboxRow } from '../../../src/webhooks/inbox-row.ts'
import type { ModelDelivery } from './statistics-model.ts'

/** What a row has beside what is counted; left out, an id of its own and an empty body. */
type RowParts = { messageId?: string; repeatOf?: string; body?: string; reason?: string; headers?: string }

/** Stores deliveries as the program renders them. */
export const insertDeliveries = async (
  store: ClickHouse,
  env: string,
  deliveries: readonly (ModelDelivery & RowParts)[],
): Promise<void> => {
  if (deliveries.length === 0) return
  const rows = deliveries.map((one) =>
    renderInboxRow(
      env,
      {
        ...{ source: one.source, eventType: one.eventType, eventVersion: '1', subscriptionId: null, signature: '' },
        ...{
          messageId: one.messageId ?? newUlid(),
          body: one.body ?? '{}',
          replay: one.replay,
          receivedAt: BigInt(one.receivedAt) * 1_000n,
        },
        sentAt: new Date(one.sentAt ?? Number.NaN),
        headers: one.headers ?? '',
      },
      one.outcome,
      one.verified,
      { channelUserId: one.channelUserId, leftOut: one.leftOut, repeatOf: one.repeatOf, reason: one.reason },
    ),
  )
  await store.insertBatch({
    ...{ table: inboxFormat.table, columns: inboxFormat.columns, format: 'JSONCompactEachRow' as const },
    ...{ body: Buffer.from(rows.map((row) => `${row}\n`).join('')), token: newUlid(), rows: rows.length },
  })
}
