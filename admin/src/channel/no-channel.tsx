import { Link, useParams } from '@tanstack/react-router'
import { TrackChannel } from '../../generated/monitoring.ts'
import { useCaller } from '../data/api.tsx'
import { Button } from '../parts/control/button.tsx'
import { Outcome } from '../parts/mutation/outcome.tsx'
import { useChange } from '../parts/mutation/use-change.ts'
import { Message } from '../parts/states/message.tsx'
import { isolated } from '../view/seen-text.ts'
import { readAsked } from './asked-channel.ts'
import { platformTitle } from './platform-page.ts'

/** The address names a channel that is not known. Operators can have it watched from now on. */
export const NoChannel = ({ isWrong, onTracked }: { isWrong: boolean; onTracked(): void }) => {
  const params = useParams({ from: '/channels/$platform/$slug' })
  const caller = useCaller()
  const track = useChange(TrackChannel)
  const asked = readAsked(params)
  const all = <Link to="/channels">Search all channels</Link>
  if (!asked)
    return (
      <Message title={`There is no platform ${params.platform}`} action={all}>
        An address names kick, twitch or x, and then the channel.
      </Message>
    )
  const { platform, slug } = asked
  if (isWrong || slug === undefined)
    return (
      <Message title="This address names no channel" action={all}>
        It was deleted, or the address is incomplete.
      </Message>
    )
  const start = async (): Promise<void> => {
    if (await track.make({ platform, slug })) onTracked()
  }
  const action = caller.may('OPERATOR') ? (
    <>
      <Button kind="main" busy={track.busy} onClick={() => void start()}>
        Track this channel
      </Button>
      <Outcome of={track} />
      {all}
    </>
  ) : (
    all
  )
  return (
    <Message title={`${isolated(slug)} is not known`} action={action}>
      No channel on {platformTitle(platform)} has or ever had this name here. Only channels that are tracked are known.
    </Message>
  )
}
