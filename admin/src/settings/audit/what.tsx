import { Link } from '@tanstack/react-router'
import { ChannelLink } from '../../parts/channel/channel-link.tsx'
import type { AuditLine } from './audit-line.ts'
import { readTarget, setValue, targetText, verbOf } from './audit-words.ts'
import type { TargetNode } from './use-target-names.ts'

type Props = { line: AuditLine; node: TargetNode | undefined }

/** The name of what an action was done to, leading to it where it is still there. */
const Target = ({ line, node }: Props) => {
  const text = targetText(line)
  if (node?.__typename === 'Channel') return <ChannelLink channel={node} />
  if (node?.__typename === 'Streamer')
    return (
      <Link to="/settings" search={{ tab: 'streamers', streamer: node.id }}>
        {node.name}
      </Link>
    )
  const { kind, key } = readTarget(line.target)
  if (kind === 'configuration')
    return (
      <Link to="/settings" search={{ tab: 'configuration', q: key }}>
        {text}
      </Link>
    )
  if (kind === 'alert-rule' || kind === 'alert-target') {
    const open = kind === 'alert-rule' ? { tab: 'rules', rule: key } : { tab: 'targets', target: key }
    return (
      <Link to="/alerts" search={open as never}>
        <bdi>{text}</bdi>
      </Link>
    )
  }
  return <bdi>{text}</bdi>
}

/** What somebody did, as a sentence. */
export const What = ({ line, node }: Props) => (
  <>
    {verbOf(line)} <Target line={line} node={node} />
    {setValue(line)}
  </>
)
