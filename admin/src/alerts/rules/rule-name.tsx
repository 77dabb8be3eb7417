import { OthersText } from '../others-text.tsx'
import own from './rules.module.css'

type Props = {
  rule: { name: string; isEnabled: boolean }
  /** Whether a long name is cut. That the rule is disabled is seen all the same. */
  isCut?: boolean
}

/** The name of a rule, and whether it is disabled. */
export const RuleName = ({ rule: { name, isEnabled }, isCut = false }: Props) => (
  <span className={own.named} data-cut={isCut}>
    <OthersText text={name} isCut={isCut} />
    {!isEnabled && <span className={own.off}>disabled</span>}
  </span>
)
