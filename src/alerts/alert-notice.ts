import { statement } from '../stores/postgres/statement.ts'

/** The channel of Postgres, in the database of the environment, that is notified when something was decided or is due. Only a hint. */
export const alertNotifyChannel = 'channelscope_alerts'

/** Notifies it, at the commit. */
export const announce = statement('alerts_announce', `SELECT pg_notify('${alertNotifyChannel}', '')`)
