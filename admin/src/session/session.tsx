import { Link, useParams, useSearch } from '@tanstack/react-router'
import { ChannelLink } from '../parts/channel/channel-link.tsx'
import { CopyButton } from '../parts/control/copy-button.tsx'
import { Place } from '../parts/place/place.tsx'
import { Message } from '../parts/states/message.tsx'
import { ProblemMessage } from '../parts/states/problem-message.tsx'
import { Skeleton } from '../parts/states/skeleton.tsx'
import { LiveMark } from '../parts/status/live-mark.tsx'
import { Ago } from '../parts/time/ago.tsx'
import { Instant } from '../parts/time/instant.tsx'
import { ZoneName } from '../parts/time/zone-name.tsx'
import { clockSeconds, duration, shortInstant } from '../view/format.ts'
import { useView } from '../view/view.tsx'
import { Chapters } from './chapters.tsx'
import { Downloads } from './downloads.tsx'
import { Figures } from './figures.tsx'
import { ReceiptPage } from './receipt-page.tsx'
import { readZoom, type SessionSearch } from './search.ts'
import styles from './session.module.css'
import { SessionCharts } from './session-charts.tsx'
import { type Session, type SessionState, useSession } from './use-session.ts'
import { completeWords, endWords, learnedWords } from './words.ts'

/** How long it lasted; at least, and until when at most, where the end is inferred. */
const Lasted = ({ session, noticedAt }: { session: Session; noticedAt: string | null }) => {
  const { zone } = useView()
  const words = endWords(session, noticedAt, (at) => clockSeconds(at, zone))
  if (words === null) return <span>{duration(session.durationSeconds)}</span>
  return (
    <>
      <span>at least {duration(session.durationSeconds)}</span>
      <span className={styles.unsure}>ended {words} (inferred)</span>
    </>
  )
}

const About = ({ session, noticedAt }: { session: Session; noticedAt: string | null }) => (
  <div className={styles.about}>
    {session.isLive ? <LiveMark status="ONLINE" /> : <span>ended</span>}
    <ChannelLink channel={session.channel} />
    {session.category && <span dir="auto">{session.category}</span>}
    <span>
      <Instant at={session.startedAt} form="long" />
      {session.endedAt && (
        <>
          {' – '}
          <Instant at={session.endedAt} form="seconds" />
        </>
      )}
    </span>
    {session.isLive ? (
      <span>
        <Ago at={session.startedAt} suffix=" on air" />
      </span>
    ) : (
      <Lasted session={session} noticedAt={noticedAt} />
    )}
    <ZoneName />
  </div>
)

type ShownProps = Pick<SessionState, 'holes' | 'noticedAt'> & { session: Session }

const Shown = ({ session, holes, noticedAt }: ShownProps) => {
  const search = useSearch({ strict: false }) as SessionSearch
  const { zone } = useView()
  if (search.show === 'receipt')
    return (
      <ReceiptPage
        session={session}
        holes={holes}
        noticedAt={noticedAt}
        zone={zone}
        now={Date.now()}
        origin={location.origin}
      />
    )
  return (
    <>
      <About session={session} noticedAt={noticedAt} />
      <Figures session={session} />
      <div className={styles.body}>
        <SessionCharts session={session} holes={holes} zoom={readZoom(search.zoom)} />
        <div className={styles.parts}>
          <Chapters chapters={session.chapters} />
          <div className={styles.part}>
            <h2>How sure this is</h2>
            {[...learnedWords(session), ...completeWords(session, (at) => shortInstant(at, zone))].map((sentence) => (
              <p key={sentence}>{sentence}</p>
            ))}
          </div>
          <Downloads session={session} />
        </div>
      </div>
    </>
  )
}

/** Who broadcast, and what. */
const Heading = ({ session: { channel, title } }: { session: Session }) => (
  <>
    <bdi>{channel.displayName ?? channel.slug ?? channel.platformUserId}</bdi>
    {title && (
      <>
        <span className={styles.quiet}> · </span>
        <bdi>{title}</bdi>
      </>
    )}
  </>
)

/** One broadcast: what it was, everything on one axis, and how sure that is. */
const SessionPlace = () => {
  const { id } = useParams({ strict: false }) as { id: string }
  const { show } = useSearch({ strict: false }) as SessionSearch
  const { session, holes, noticedAt, problem, renew } = useSession(id)
  const isMissing = session === null || problem?.code === 'BAD_USER_INPUT'
  const change = (part: SessionSearch) => ((before: object) => ({ ...before, ...part })) as never
  return (
    <Place
      name={session?.title ?? 'Broadcast'}
      title={session ? <Heading session={session} /> : 'Broadcast'}
      controls={
        session && (
          <>
            <Link to="." search={change({ show: show === 'receipt' ? undefined : 'receipt' })}>
              {show === 'receipt' ? 'Show the charts' : 'Receipt'}
            </Link>
            <CopyButton text={() => location.href} label="Copy link" />
          </>
        )
      }
      width="window"
      ready={session !== undefined || problem !== null}
    >
      {problem && !isMissing && <ProblemMessage problem={problem} onRetry={renew} />}
      {session === undefined && !problem && <Skeleton lines={10} height={36} />}
      {isMissing && (
        <Message title="There is no such broadcast" action={<Link to="/channels">Show all channels</Link>}>
          {problem
            ? 'This address contains no broadcast id.'
            : 'The link may be wrong, or its channel may have been deleted.'}
        </Message>
      )}
      {session && <Shown session={session} holes={holes} noticedAt={noticedAt} />}
    </Place>
  )
}

export default SessionPlace
