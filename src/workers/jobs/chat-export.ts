import { type ExportOptions, exportChat } from '../../archive/export-chat.ts'
import { createLeaseHolder } from '../../stores/postgres/lease-holder.ts'
import type { Job } from './job.ts'

/** Archives what chat has arrived, hour by hour. */
export const chatExportJob = (options: ExportOptions): Job => {
  const claimer = createLeaseHolder()
  return {
    name: 'chat-export',
    cron: '7 * * * *',
    description: 'Archives chat that arrived more than an hour ago.',
    async run(signal) {
      const { windows, objects, rows, through, busy } = await exportChat({ claimer, ...options }, signal)
      const did = `archived ${rows} messages of ${windows} hours in ${objects} objects`
      const place = through === null ? 'nothing has arrived yet' : `complete through ${through.toISOString()}`
      return `${did}; ${place}${busy ? '; another process has the next hour' : ''}`
    },
  }
}
