import { builder } from './builder.ts'

/** A half-open stretch of time. */
export const TimeRangeInput = builder.inputType('TimeRange', {
  description: 'Half open: from <= t < to.',
  fields: (t) => ({
    from: t.field({ type: 'DateTime', required: true }),
    to: t.field({ type: 'DateTime', required: true }),
  }),
})
