import * as Ariakit from '@ariakit/react'
import { useState } from 'react'
import { useQuery } from 'urql'
import { FindChannels } from '../../generated/channels.ts'
import { channelParams } from '../parts/channel/channel-params.ts'
import controls from '../parts/control/control.module.css'
import styles from './compare.module.css'

/** Finds a channel by any handle that it ever had, and adds it. */
export const AddChannel = ({ onAdd }: { onAdd(handle: string): void }) => {
  const [text, setText] = useState('')
  const [{ data, fetching, error }] = useQuery({
    query: FindChannels,
    variables: { text, first: 8 },
    pause: text.trim() === '',
  })
  const matches = text.trim() ? (data?.findChannels ?? []) : []
  return (
    <Ariakit.ComboboxProvider
      value={text}
      setValue={setText}
      selectedValue=""
      setSelectedValue={(chosen) => {
        if (typeof chosen !== 'string' || !chosen) return
        onAdd(chosen)
        setText('')
      }}
      resetValueOnSelect={false}
    >
      <div className={controls.label}>
        <Ariakit.ComboboxLabel className="visually-hidden">Add a channel</Ariakit.ComboboxLabel>
        <Ariakit.Combobox
          className={`${controls.field} ${styles.add}`}
          placeholder="Add a channel by any handle"
          autoSelect
        />
      </div>
      <Ariakit.ComboboxPopover className={styles.popup} gutter={4} unmountOnHide>
        {matches.map(({ channel, slug, until }) => {
          const { platform, slug: name } = channelParams(channel)
          return (
            <Ariakit.ComboboxItem
              key={channel.id}
              value={`${platform}/${name}`}
              setValueOnClick={false}
              className={styles.item}
            >
              <span>{channel.displayName ?? channel.slug ?? channel.id}</span>
              <span className={styles.quiet}>{until ? `was ${slug}` : `${platform}/${channel.slug ?? ''}`}</span>
            </Ariakit.ComboboxItem>
          )
        })}
        {matches.length === 0 && (
          <p className={styles.quiet} role="status">
            {error
              ? 'The search does not work now.'
              : fetching
                ? 'Searching …'
                : text.trim()
                  ? 'Nobody has or had this handle.'
                  : 'Type a handle, a name or an address.'}
          </p>
        )}
      </Ariakit.ComboboxPopover>
    </Ariakit.ComboboxProvider>
  )
}
