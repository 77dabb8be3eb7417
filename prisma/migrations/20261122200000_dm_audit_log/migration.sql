-- Who changed what: written in the transaction of the change, never changed, one table on each side of the data model.
CREATE TABLE dm.audit_log (
  id          text PRIMARY KEY,
  recorded_at timestamptz(3) NOT NULL DEFAULT now(),
  subject     text,
  name        text,
  role        text NOT NULL,
  action      text NOT NULL,
  target      text NOT NULL,
  before      jsonb,
  after       jsonb,
  request_id  text NOT NULL,
  CONSTRAINT chk_audit_id CHECK (id ~ '^[0-7][0-9A-HJKMNP-TV-Z]{25}$'),
  CONSTRAINT chk_audit_role CHECK (role IN ('PUBLIC', 'OPERATOR', 'ADMIN'))
);
