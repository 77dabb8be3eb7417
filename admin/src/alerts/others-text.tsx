import { visibleText } from '../parts/json/visible-text.ts'

type Props = {
  text: string
  /** Whether it is cut where the place is narrow: then all of it is said on hover. */
  isCut?: boolean
}

/** A name or a text of others. It turns nothing that stands beside it, and what can not be seen in it is written out. */
export const OthersText = ({ text, isCut = false }: Props) => {
  const shown = visibleText(text)
  return <bdi title={isCut ? shown : undefined}>{shown}</bdi>
}
