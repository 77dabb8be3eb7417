import { SecretOnce } from '../../parts/secret-once/secret-once.tsx'
import { isolated } from '../../view/seen-text.ts'

type Props = { name: string; signingKey: string; onDone(): void }

/** The key by which a receiver checks that an alert is ours, this once. */
export const SigningKeyOnce = ({ name, signingKey, onDone }: Props) => (
  <SecretOnce title={`The signing key of ${isolated(name)}`} secret={signingKey} onDone={onDone}>
    <p>
      The receiver checks the signature of each alert with it, as Standard Webhooks says. This is the only time it is
      shown; a lost one can be replaced.
    </p>
  </SecretOnce>
)
