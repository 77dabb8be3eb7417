-- Tickets that operators make: whoever holds one may link one account to one streamer. Only the SHA-256 of a ticket is kept.
CREATE TABLE public.link_tickets (
  digest      bytea PRIMARY KEY,
  streamer_id integer NOT NULL REFERENCES public.streamers (id) ON DELETE CASCADE,
  created_at  timestamptz(3) NOT NULL DEFAULT now(),
  expires_at  timestamptz(3) NOT NULL,
  used_at     timestamptz(3),
  CONSTRAINT chk_link_ticket_digest CHECK (octet_length(digest) = 32)
);

CREATE INDEX idx_link_tickets_expiry ON public.link_tickets (expires_at);
CREATE INDEX idx_link_tickets_streamer ON public.link_tickets (streamer_id);
