import type { KeyLineFragment } from '../../../generated/graphql.ts'
import { Button } from '../../parts/control/button.tsx'
import place from '../../parts/place/sections.module.css'
import { Instant } from '../../parts/time/instant.tsx'

type Props = {
  name: string
  /** The keys of this name that were not in the list before it was tried. */
  made: readonly KeyLineFragment[]
  onRevoke(key: KeyLineFragment): void
}

/** The answer was lost, and with it the key: whether the list has it, and how it ends. */
export const MaybeMade = ({ name, made, onRevoke }: Props) => (
  <div role="status">
    {made.length === 0 && (
      <p className={place.quiet}>
        So far the list has no new key called <bdi>{name}</bdi>.
      </p>
    )}
    {made.map((key) =>
      key.revokedAt ? (
        <p key={key.id} className={place.quiet}>
          A key called <bdi>{key.name}</bdi> that was never shown has been revoked.
        </p>
      ) : (
        <p key={key.id} className={place.line}>
          <span>
            A key called <bdi>{key.name}</bdi> was made <Instant at={key.createdAt} />, but was never shown. Nobody can
            use it, so revoke it.
          </span>
          <Button kind="wrong" onClick={() => onRevoke(key)}>
            Revoke this <bdi>{key.name}</bdi>
          </Button>
        </p>
      ),
    )}
  </div>
)
