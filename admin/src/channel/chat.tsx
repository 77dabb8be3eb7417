import { useNavigate, useSearch } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { Button } from '../parts/control/button.tsx'
import { Field } from '../parts/control/field.tsx'
import styles from './chat.module.css'
import { ChatFound } from './chat-found.tsx'
import { ChatLive } from './chat-live.tsx'

/** The chat of the channel: as it comes, or what was said in the range. */
export const Chat = ({ id }: { id: string }) => {
  const { q = '' } = useSearch({ from: '/channels/$platform/$slug' })
  const navigate = useNavigate()
  const [text, setText] = useState(q)
  const search = (wanted: string): void => {
    setText(wanted)
    void navigate({
      to: '.',
      search: (before) => ({ ...before, q: wanted === '' ? undefined : wanted }),
      resetScroll: false,
    })
  }
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    search(text.trim())
  }
  return (
    <div className={styles.chat}>
      <search>
        <form className={styles.search} onSubmit={submit}>
          <Field
            label="Search chat in this range"
            hiddenLabel
            type="search"
            placeholder="Search chat in this range"
            value={text}
            longest={200}
            onChange={(event) => setText(event.target.value)}
          />
          <Button type="submit">Search</Button>
          {q !== '' && <Button onClick={() => search('')}>Back to live</Button>}
        </form>
      </search>
      {q === '' ? <ChatLive id={id} /> : <ChatFound id={id} search={q} />}
    </div>
  )
}
