import { ClaimChannel } from '../../../generated/streamers.ts'
import { Button } from '../../parts/control/button.tsx'
import { Outcome } from '../../parts/mutation/outcome.tsx'
import { useChange } from '../../parts/mutation/use-change.ts'
import { isolated } from '../../view/seen-text.ts'
import { FindChannel } from '../find-channel.tsx'

type Props = { streamer: { id: string; name: string }; onClaimed(): void }

/** Notes that a streamer claims a channel, which is found by its handle. */
export const ClaimForm = ({ streamer, onClaimed }: Props) => {
  const claim = useChange(
    ClaimChannel,
    ({ claim: { channel } }) =>
      `${isolated(streamer.name)} claims ${isolated(channel.displayName ?? channel.slug ?? channel.channelId)}.`,
  )
  return (
    <>
      <FindChannel label="Claim a channel">
        {(channel) => (
          <Button
            busy={claim.busy}
            onClick={() =>
              void claim.make({ streamer: streamer.id, channel: channel.id }).then((answer) => answer && onClaimed())
            }
          >
            Claim {channel.displayName ?? channel.slug ?? channel.channelId}
          </Button>
        )}
      </FindChannel>
      <Outcome of={claim} />
    </>
  )
}
