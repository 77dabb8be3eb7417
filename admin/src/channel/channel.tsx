import { Place } from '../parts/place/place.tsx'
import { RangePicker } from '../parts/range/range-picker.tsx'
import { ProblemMessage } from '../parts/states/problem-message.tsx'
import { Skeleton } from '../parts/states/skeleton.tsx'
import { ChannelView } from './channel-view.tsx'
import { NoChannel } from './no-channel.tsx'
import { useChannelPage } from './use-channel-page.ts'

/** One channel: who it is, its charts, its broadcasts, and all that is known of it. */
const Channel = () => {
  const page = useChannelPage()
  const { channel, asked, problem, renew } = page
  if (channel && asked) return <ChannelView key={channel.id} page={{ ...page, channel, asked }} />
  const isMissing = channel === null || problem?.code === 'BAD_USER_INPUT'
  return (
    <Place name="Channel" controls={<RangePicker />} width="window" ready={isMissing || problem !== null}>
      {isMissing ? (
        <NoChannel isWrong={problem !== null} onTracked={renew} />
      ) : problem ? (
        <ProblemMessage problem={problem} onRetry={renew} />
      ) : (
        <>
          <Skeleton lines={3} height={24} />
          <Skeleton lines={1} height={260} />
          <Skeleton lines={8} height={28} />
        </>
      )}
    </Place>
  )
}

export default Channel
