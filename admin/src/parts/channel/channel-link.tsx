import { Link } from '@tanstack/react-router'
import styles from './channel-link.module.css'
import { channelParams, type NamedChannel } from './channel-params.ts'

/** A channel by its name, leading to its page. */
export const ChannelLink = ({ channel }: { channel: NamedChannel }) => (
  <Link to="/channels/$platform/$slug" params={channelParams(channel)} className={styles.link} dir="auto">
    {channel.displayName ?? channel.slug ?? channel.id}
  </Link>
)
