import type { ErrorComponentProps } from '@tanstack/react-router'
import { Button } from '../parts/control/button.tsx'
import { Place } from '../parts/place/place.tsx'
import { Message } from '../parts/states/message.tsx'

/** For a fault of the panel itself, and for a place that could not be loaded, as after an update of the server. */
export const Broken = ({ error }: ErrorComponentProps) => (
  <Place name="Broken" title="This page could not be shown" ready>
    <Message
      title={error instanceof Error ? error.message : String(error)}
      action={<Button onClick={() => location.reload()}>Load it again</Button>}
      wrong
    >
      The server may have been updated meanwhile.
    </Message>
  </Place>
)
