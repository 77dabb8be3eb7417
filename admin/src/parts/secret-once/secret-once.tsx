import { type ReactNode, useRef } from 'react'
import { Button } from '../control/button.tsx'
import { CopyButton } from '../control/copy-button.tsx'
import { AskBeforeLeaving } from '../dialog/ask-before-leaving.tsx'
import styles from './secret-once.module.css'

type Props = {
  title: string
  secret: string
  /** Who should get it, and what they do with it. */
  children: ReactNode
  /** It is not needed any more: take it out of the page. */
  onDone(): void
}

/** Something that is shown once and never again. */
export const SecretOnce = ({ title, secret, children, onDone }: Props) => {
  const text = useRef<HTMLElement>(null)
  const select = (): void => {
    getSelection()?.selectAllChildren(text.current!)
  }
  return (
    <section className={styles.once} aria-label={title}>
      <h3>{title}</h3>
      <div className={styles.line}>
        <code ref={text} className={styles.secret}>
          {secret}
        </code>
        <CopyButton text={secret} label="Copy" onFailed={select} />
      </div>
      <div className={styles.about}>{children}</div>
      <Button onClick={onDone}>I have saved it</Button>
      <AskBeforeLeaving title="Leave without it?">
        <p>{title} is shown here and never again. Copy it first.</p>
      </AskBeforeLeaving>
    </section>
  )
}
