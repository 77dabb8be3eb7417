import { Button } from '../parts/control/button.tsx'
import { CopyButton } from '../parts/control/copy-button.tsx'
import styles from './receipt.module.css'
import { makeReceipt, receiptText } from './receipt.ts'

type Props = Parameters<typeof makeReceipt>[0]

/** A broadcast as a page to print: what was seen, how it was learned, and how complete that is. */
export const ReceiptPage = (props: Props) => {
  const receipt = makeReceipt(props)
  return (
    <article className={styles.receipt}>
      <header className={styles.head}>
        <h2>{receipt.title}</h2>
        <div className={styles.actions}>
          <CopyButton text={receiptText(receipt)} label="Copy as text" />
          <Button kind="main" onClick={() => print()}>
            Print
          </Button>
        </div>
      </header>
      {receipt.sections.map(
        ({ name, lines }) =>
          lines.length > 0 && (
            <section key={name}>
              <h3>{name}</h3>
              <dl className={styles.lines}>
                {lines.map(([key, text]) => (
                  <div key={`${key} ${text}`}>
                    <dt>{key}</dt>
                    <dd dir="auto">{text}</dd>
                  </div>
                ))}
              </dl>
            </section>
          ),
      )}
    </article>
  )
}
