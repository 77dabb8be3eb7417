-- Keys of callers. Only the SHA-256 of a key is kept; its 32 random bytes need no slower hash.
CREATE TABLE public.api_keys (
  id           text PRIMARY KEY,
  name         text NOT NULL,
  role         text NOT NULL,
  digest       bytea NOT NULL,
  created_at   timestamptz(3) NOT NULL DEFAULT now(),
  created_by   text NOT NULL,
  expires_at   timestamptz(3),
  last_used_at timestamptz(3),
  revoked_at   timestamptz(3),
  CONSTRAINT chk_api_key_id CHECK (id ~ '^[0-7][0-9A-HJKMNP-TV-Z]{25}$'),
  CONSTRAINT chk_api_key_role CHECK (role IN ('PUBLIC', 'OPERATOR', 'ADMIN')),
  CONSTRAINT chk_api_key_digest CHECK (octet_length(digest) = 32)
);

CREATE UNIQUE INDEX uq_api_keys_digest ON public.api_keys (digest);
