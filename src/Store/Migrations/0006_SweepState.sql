-- A sweep is Running while somebody works on it: a trial is leased, or a silo that still lives ended one of its trials just now (it
-- holds none between two trials). Once interrupted or killed, it is Pending again: it waits for a silo.
CREATE OR REPLACE VIEW public.sweeps AS
SELECT s.id, s.name,
       CASE
           WHEN s.cancelled_at IS NOT NULL THEN 'Cancelled'
           WHEN c.open = 0 AND c.failed > 0 THEN 'Failed'
           WHEN c.open = 0 AND c.cancelled > 0 THEN 'Cancelled'
           WHEN c.open = 0 THEN 'Completed'
           WHEN s.paused_at IS NOT NULL THEN 'Paused'
           WHEN c.claimed THEN 'Running'
           ELSE 'Pending'
       END AS state,
       s.trials, c.completed, c.failed, s.created_at, c.finished_at, s.specification::jsonb AS specification
FROM ledger.sweeps s
CROSS JOIN LATERAL (
    SELECT 0::bigint AS open, s.completed, s.failed, s.cancelled, true AS claimed, s.closed_at AS finished_at
    WHERE s.closed_at IS NOT NULL
    UNION ALL
    SELECT count(*) FILTER (WHERE t.state IN ('Pending', 'Running')),
           count(*) FILTER (WHERE t.state IN ('Completed', 'Stopped')),
           count(*) FILTER (WHERE t.state = 'Failed'),
           count(*) FILTER (WHERE t.state = 'Cancelled'),
           coalesce(bool_or(CASE
               WHEN t.lease_until >= now() THEN true
               WHEN t.finished_at > now() - interval '10 s' THEN
                   EXISTS (SELECT FROM ledger.silos o WHERE o.id = t.silo AND o.stopped_at IS NULL AND o.heartbeat_at + o.lease >= now())
           END), false),
           CASE WHEN count(*) FILTER (WHERE t.state IN ('Pending', 'Running')) = 0 THEN max(t.finished_at) END
    FROM ledger.trials t
    WHERE t.sweep = s.id AND s.closed_at IS NULL
    HAVING s.closed_at IS NULL
) c;
COMMENT ON COLUMN public.sweeps.state IS 'Pending (waits for a silo), Running, Paused, Completed (each trial Completed or Stopped), Failed (all ended, some Failed) or Cancelled';
