import type { ClickHouse } from '../stores/clickhouse/open-clickhouse.ts'
import { type BucketPlan, bucketIndex, planBuckets, tooManySamples } from './buckets.ts'
import type { Bucket, TimeRange } from './buckets.ts'
import type { ChannelKey } from './channel-key.ts'
import { type Outage, intervalMs, judgeWatch, type Watch } from './outages.ts'
import { addProbes, noProbes, type ProbeTotals } from './probe-totals.ts'
import { readProbeTotals } from './read-probe-totals.ts'

export type Fill = 'NULL' | 'ZERO' | 'PREVIOUS'
