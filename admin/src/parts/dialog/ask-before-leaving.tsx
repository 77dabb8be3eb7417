import { useBlocker } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { Button } from '../control/button.tsx'
import styles from './dialog.module.css'
import { Dialog } from './dialog.tsx'
import { leads } from './leads.ts'

type Props = {
  title: string
  /** What is lost by leaving. */
  children: ReactNode
}

/** While it is drawn, whoever leaves the page is asked first: by a link, back, a reload, or closing the tab. */
export const AskBeforeLeaving = ({ title, children }: Props) => {
  const { status, proceed, reset } = useBlocker({
    shouldBlockFn: ({ current, next }) => leads(current, next),
    withResolver: true,
  })
  return (
    status === 'blocked' && (
      <Dialog title={title} size="small" onClose={reset}>
        {children}
        <div className={styles.buttons}>
          <Button kind="main" onClick={reset}>
            Stay
          </Button>
          <Button kind="wrong" onClick={proceed}>
            Leave
          </Button>
        </div>
      </Dialog>
    )
  )
}
