import { type PlatformName, platformNames } from '../../view/platforms.ts'

const titles: Record<string, string> = {
  'monitoring.poll.interval.seconds': 'Polling interval',
  'retention.probes.days': 'Viewer sample retention',
  'retention.chat.days': 'Chat retention',
  'retention.webhooks.days': 'Delivery retention',
  'retention.status.events.days': 'Status event retention',
  's3.url': 'Archive bucket',
  's3.access.key.id': 'Bucket access key id',
  's3.secret.access.key': 'Bucket secret access key',
}

const ofPlatform: Record<string, string> = {
  'requests.per.second': 'request limit',
  polling: 'polling',
  'client.id': 'client id',
  'client.secret': 'client secret',
  'bearer.token': 'bearer token',
  'webhook.secret': 'webhook secret',
}

/** What people call a setting; its key where nobody gave it a name. */
export const settingTitle = (key: string): string => {
  const [, platform, rest] = /^(?:monitoring\.)?(kick|twitch|x)\.(.+)$/.exec(key) ?? []
  const named = rest && ofPlatform[rest]
  return titles[key] ?? (named ? `${platformNames[platform!.toUpperCase() as PlatformName]} ${named}` : key)
}
