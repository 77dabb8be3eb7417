import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useQuery } from 'urql'
import { SetUpPlatforms } from '../../../generated/operations-page.ts'
import { useCaller } from '../../data/api.tsx'
import { Message } from '../states/message.tsx'
import { Skeleton } from '../states/skeleton.tsx'
import styles from './first-start.module.css'

/** Where the credentials of each platform stand in the settings. */
const credentials = [
  ['Kick', 'kick.client'],
  ['Twitch', 'twitch.'],
  ['X', 'x.bearer'],
] as const

/** Without credentials of a platform no channel can be found or watched: what to do, step by step. */
export const NoPlatform = () => {
  const isAdmin = useCaller().may('ADMIN')
  return (
    <section className={styles.first} aria-labelledby="no-platform">
      <h2 id="no-platform">No platform is set up yet</h2>
      <p>Channelscope asks a platform with an account of yours there. Until one is set up, nothing is watched.</p>
      <ol className={styles.steps}>
        <li>
          {isAdmin ? (
            <>
              Set the credentials of a platform:{' '}
              {credentials.map(([name, q], at) => (
                <span key={name}>
                  {at > 0 && ', '}
                  <Link to="/settings" search={{ q }}>
                    {name}
                  </Link>
                </span>
              ))}
              . It works within seconds, without a restart.
            </>
          ) : (
            'An administrator sets the credentials of Kick, Twitch or X in the settings.'
          )}
        </li>
        <li>
          Then <Link to="/channels">track the first channel</Link>.
        </li>
      </ol>
    </section>
  )
}

/** Nothing is watched yet: what leads whoever looks to the first channel. `children` is how an operator tracks it right here. */
export const FirstStart = ({ children }: { children?: ReactNode }) => {
  const caller = useCaller()
  const isOperator = caller.may('OPERATOR')
  const [{ data, error }] = useQuery({ query: SetUpPlatforms, pause: !isOperator })
  if (!isOperator)
    return (
      <Message title="No channel is watched yet" action={<Link to="/sign-in">Sign in to track the first one</Link>}>
        Tracking a channel needs the key of an operator.
      </Message>
    )
  if (!data && !error) return <Skeleton lines={4} />
  if (data?.operations.budgets.length === 0) return <NoPlatform />
  if (children) return children
  return (
    <Message title="No channel is watched yet" action={<Link to="/channels">Track the first channel</Link>}>
      Name a channel, and Channelscope keeps its names, broadcasts, viewers and chat from then on.
    </Message>
  )
}
