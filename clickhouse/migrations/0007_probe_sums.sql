-- What the probes of a channel in an hour and in a day add up to, by what was broadcast: sums that each part of the table carries of its own rows.
-- Whatever stores, repeats, rewrites or drops rows does so with their sums. They lie in the order of time, so that a ranking of all channels reads
-- its range only. src/telemetry/probe-rollups.ts asks with the same expressions: other ones would be answered from the rows.

-- The columns of a sum have no codecs of their own.
ALTER TABLE kick_streamer_probe {{on_cluster}} MODIFY SETTING default_compression_codec = 'ZSTD(1)';

-- stands: the seconds before ts that a probe stands for; sampled: those of a probe with viewers; aired: those of a probe of a broadcast.
-- into_hour: the seconds since the hour began. What a probe stands for beyond them lies before the hour.
-- A count is compared with 0, because the engine asks in its own way whether it is null, and would then not know the sum again.
ALTER TABLE kick_streamer_probe {{on_cluster}}
  ADD PROJECTION IF NOT EXISTS sums_by_hour (
    WITH greatest(1, if(elapsed_seconds = 0, interval_seconds, least(elapsed_seconds, intDiv(interval_seconds * 5, 2)))) AS stands,
      elapsed_seconds - unsampled_seconds AS sampled,
      greatest(1, least(toInt64(stands), toInt64(toUnixTimestamp(ts)) - toUnixTimestamp(stream_started_at))) AS aired,
      toInt64(toUnixTimestamp(ts)) - toUnixTimestamp(toStartOfHour(ts)) AS into_hour
    SELECT env, toStartOfHour(ts), platform, platform_user_id, category, language,
      count(), sum(missed_probes), min(ts), max(ts),
      groupArrayIf((ts, elapsed_seconds, missed_probes), missed_probes > 1),
      countIf(viewer_count >= 0),
      sum(toUInt64(viewer_count) * sampled),
      sumIf(sampled, viewer_count >= 0),
      sumIf(aired, is_live),
      sum(stands),
      maxIf((assumeNotNull(viewer_count), -toInt64(toUnixTimestamp(ts))), viewer_count >= 0),
      sum(toUInt64(viewer_count) * greatest(0, sampled - into_hour)),
      sumIf(greatest(0, sampled - into_hour), viewer_count >= 0),
      sumIf(greatest(0, aired - into_hour), is_live),
      sum(greatest(0, stands - into_hour))
    GROUP BY env, toStartOfHour(ts), platform, platform_user_id, category, language),
  ADD PROJECTION IF NOT EXISTS sums_by_day (
    WITH greatest(1, if(elapsed_seconds = 0, interval_seconds, least(elapsed_seconds, intDiv(interval_seconds * 5, 2)))) AS stands,
      elapsed_seconds - unsampled_seconds AS sampled,
      greatest(1, least(toInt64(stands), toInt64(toUnixTimestamp(ts)) - toUnixTimestamp(stream_started_at))) AS aired
    SELECT env, toStartOfDay(ts), platform, platform_user_id, category, language,
      count(), sum(missed_probes), min(ts), max(ts),
      groupArrayIf((ts, elapsed_seconds, missed_probes), missed_probes > 1),
      countIf(viewer_count >= 0),
      sum(toUInt64(viewer_count) * sampled),
      sumIf(sampled, viewer_count >= 0),
      sumIf(aired, is_live),
      sum(stands),
      maxIf((assumeNotNull(viewer_count), -toInt64(toUnixTimestamp(ts))), viewer_count >= 0)
    GROUP BY env, toStartOfDay(ts), platform, platform_user_id, category, language);

-- The sums of what is there are made beside everything else. Until then the rows are read in their place.
ALTER TABLE kick_streamer_probe {{on_cluster}} MATERIALIZE PROJECTION sums_by_hour, MATERIALIZE PROJECTION sums_by_day;
