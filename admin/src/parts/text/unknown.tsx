/** What nobody knows, with the reason on hover. */
export const Unknown = ({ reason }: { reason: string }) => (
  <span title={reason}>
    <span aria-hidden="true">–</span>
    <span className="visually-hidden">unknown: {reason}</span>
  </span>
)
