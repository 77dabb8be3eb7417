import type { ErrorComponentProps } from '@tanstack/react-router'
import { Button } from '../parts/control/button.tsx'
import { Place } from '../parts/place/place.tsx'
import { Message } from '../parts/states/message.tsx'
import { brokenWords } from './broken-words.ts'

/** For a fault of the panel itself, and for a place that could not be loaded, as after an update of the server. */
export const Broken = ({ error }: ErrorComponentProps) => {
  const { title, about } = brokenWords(error)
  return (
    <Place name="Broken" ready>
      <Message title={title} action={<Button onClick={() => location.reload()}>Load it again</Button>} wrong>
        {about}
      </Message>
    </Place>
  )
}
