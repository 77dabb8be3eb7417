-- Only where `dm` and `public` share a database: the one foreign key that crosses from one to the other. To split them later, drop it.
ALTER TABLE public.streamer_channel_link
  ADD CONSTRAINT streamer_channel_link_channel_fkey FOREIGN KEY (channel_id) REFERENCES dm.streamer_channel (id);
