import { z } from 'zod'

/** A line of JSON for a table that is planned. */
export const plannedTable = z
  .object({
    table: z.string().describe('the table'),
    rows: z.number().describe('about how many rows it has'),
    bytes: z.number().describe('how many bytes it takes'),
  })
  .describe('for each table, where it is only planned')

/** The last line of a plan. */
export const planTotal = z
  .object({
    to: z.string().describe('the new place, without its login'),
    rows: z.number().describe('rows of all tables'),
    seconds: z.number().describe('about how long copying takes'),
  })
  .describe('at the end, where it is only planned')

/** A line of JSON for a table that was compared. */
export const comparedTable = z
  .object({
    table: z.string().describe('the table'),
    rows: z.number().describe('its rows in the old place'),
    rowsThere: z.number().describe('its rows in the new place'),
    isEqual: z.boolean().describe('whether counts and checksums agree'),
  })
  .describe('for each table that was compared')
