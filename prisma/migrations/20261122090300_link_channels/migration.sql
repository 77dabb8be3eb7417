-- Only where dm and public share a database: the one foreign key that crosses. Dropping it is the whole cost of a split.
ALTER TABLE public.streamer_channel_link
  ADD CONSTRAINT streamer_channel_link_channel_fkey FOREIGN KEY (channel_id) REFERENCES dm.streamer_channel (id) NOT VALID;
ALTER TABLE public.streamer_channel_link VALIDATE CONSTRAINT streamer_channel_link_channel_fkey;
