import type { Platform } from '../../../generated/graphql.ts'
import { ChannelField } from '../../parts/channel/channel-field.tsx'
import { Choice } from '../../parts/control/choice.tsx'
import { platformNames } from '../../view/platforms.ts'
import styles from '../alerts.module.css'
import { Chip } from './chip.tsx'
import { type FieldsProps, Part } from './form-part.tsx'
import { channelName } from './rule-words.ts'
import own from './rules.module.css'
import { StreamerField } from './streamer-field.tsx'

const platforms: readonly (readonly [Platform | '', string])[] = [
  ['', 'Any platform'],
  ...(Object.entries(platformNames) as [Platform, string][]),
]

const which = [
  ['all', 'All channels'],
  ['some', 'Only these'],
] as const

/** Which channels it is about. */
export const ChannelFields = ({ draft, refusal, onChange }: FieldsProps) => {
  const { channels, hasChannels } = draft
  return (
    <Part title="Of which channels" about={['channels', 'platform', 'streamer']} refusal={refusal}>
      <div className={styles.row}>
        <Choice
          label="Channels"
          value={hasChannels ? 'some' : 'all'}
          choices={which}
          onChoose={(value) => onChange({ hasChannels: value === 'some' })}
        />
        <Choice
          label="Platform"
          value={draft.platform}
          choices={platforms}
          onChoose={(platform) => onChange({ platform })}
        />
        <StreamerField streamer={draft.streamer} onChoose={(streamer) => onChange({ streamer })} />
      </div>
      {hasChannels && (
        <>
          <div className={own.wide}>
            <ChannelField
              label="Add a channel"
              placeholder="Any handle it ever had"
              onChoose={({ channel: { id, ...channel } }) =>
                channels.every((one) => one.id !== id) &&
                onChange({ channels: [...channels, { id, name: channelName(channel) }] })
              }
            />
          </div>
          {channels.length === 0 ? (
            <p className={styles.quiet}>Add at least one channel.</p>
          ) : (
            <ul className={own.chips} aria-label="Channels">
              {channels.map(({ id, name }) => (
                <Chip
                  key={id}
                  name={name}
                  onRemove={() => onChange({ channels: channels.filter((one) => one.id !== id) })}
                />
              ))}
            </ul>
          )}
        </>
      )}
    </Part>
  )
}
