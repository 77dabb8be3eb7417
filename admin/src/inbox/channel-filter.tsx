import * as Ariakit from '@ariakit/react'
import { useState } from 'react'
import { useQuery } from 'urql'
import { FindChannels } from '../../generated/channels.ts'
import { NamedChannel } from '../../generated/webhooks.ts'
import controls from '../parts/control/control.module.css'
import styles from './channel-filter.module.css'

type Props = { id: string | undefined; onChoose(id: string | undefined): void }

/** A channel by any handle that it ever had. */
export const ChannelFilter = ({ id, onChoose }: Props) => {
  const [text, setText] = useState<string | null>(null)
  const [{ data: named }] = useQuery({ query: NamedChannel, variables: { id: id ?? '' }, pause: id === undefined })
  const [{ data, fetching, error }] = useQuery({
    query: FindChannels,
    variables: { text: text ?? '', first: 8 },
    pause: !text?.trim(),
  })
  const name = id === undefined ? '' : (named?.channel?.displayName ?? named?.channel?.slug ?? id)
  const matches = text?.trim() ? (data?.findChannels ?? []) : []
  return (
    <Ariakit.ComboboxProvider
      value={text ?? name}
      setValue={(value) => {
        setText(value)
        if (value === '' && id !== undefined) onChoose(undefined)
      }}
      selectedValue=""
      setSelectedValue={(chosen) => {
        if (typeof chosen === 'string' && chosen) onChoose(chosen)
        setText(null)
      }}
      resetValueOnSelect={false}
    >
      <div className={controls.label}>
        <Ariakit.ComboboxLabel>Channel</Ariakit.ComboboxLabel>
        <Ariakit.Combobox
          className={`${controls.field} ${styles.field}`}
          placeholder="Any handle it ever had"
          autoSelect
          onBlur={() => setText(null)}
        />
      </div>
      <Ariakit.ComboboxPopover className={styles.popup} gutter={4} unmountOnHide>
        {matches.map(({ channel, slug, until }) => (
          <Ariakit.ComboboxItem key={channel.id} value={channel.id} setValueOnClick={false} className={styles.item}>
            <span>{channel.displayName ?? channel.slug ?? channel.id}</span>
            <span className={styles.quiet}>{until ? `was ${slug}` : (slug ?? '')}</span>
          </Ariakit.ComboboxItem>
        ))}
        {matches.length === 0 && (
          <p className={styles.quiet} role="status">
            {error
              ? 'The search does not work now.'
              : fetching
                ? 'Searching …'
                : 'Type a handle, a name or an address.'}
          </p>
        )}
      </Ariakit.ComboboxPopover>
    </Ariakit.ComboboxProvider>
  )
}
