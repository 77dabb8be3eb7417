-- Another environment of the tier, whose claims are elsewhere, may delete a channel: the claims of this one must not keep it.
ALTER TABLE public.streamer_channel_link
  DROP CONSTRAINT streamer_channel_link_channel_fkey,
  ADD CONSTRAINT streamer_channel_link_channel_fkey FOREIGN KEY (channel_id) REFERENCES dm.streamer_channel (id) ON DELETE CASCADE;
