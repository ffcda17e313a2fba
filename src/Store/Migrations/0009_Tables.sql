-- Users' tables, the content once, whoever launches it; and data of several targets or of classes.
CREATE TABLE ledger.data_files (
    sha256  text PRIMARY KEY,
    content bytea NOT NULL,
    CHECK (sha256 = encode(sha256(content), 'hex')),
    CHECK (octet_length(content) <= 67108864)
);
ALTER TABLE ledger.sweeps
    ADD COLUMN data_file text,
    -- Whether there is a test part, and the configuration that was chosen to be tested on it, once.
    ADD COLUMN tests boolean NOT NULL DEFAULT false,
    ADD COLUMN selected bigint,
    ADD COLUMN selected_at timestamptz,
    ADD CHECK ((selected IS NULL) = (selected_at IS NULL));
CREATE INDEX sweeps_data_file ON ledger.sweeps (data_file) WHERE data_file IS NOT NULL;
CREATE INDEX sweeps_untested ON ledger.sweeps (closed_at) WHERE tests AND selected_at IS NULL;
ALTER TABLE ledger.data_sets
    ADD COLUMN targets integer NOT NULL DEFAULT 1 CHECK (targets > 0),
    ADD COLUMN classes boolean NOT NULL DEFAULT false;
-- All targets of a row where there are several; target is the first.
ALTER TABLE ledger.data_rows ADD COLUMN targets real[];
ALTER TABLE ledger.trials ADD COLUMN tested_at timestamptz;
-- Until now every trial was tested when it ended.
UPDATE ledger.trials SET tested_at = finished_at WHERE test_loss IS NOT NULL;

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
       s.trials, c.completed, c.failed, s.created_at, c.finished_at, s.specification::jsonb AS specification, s.selected, s.selected_at
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
COMMENT ON COLUMN public.sweeps.selected IS 'Configuration (trials.ordinal) that was evaluated on the test part: the lowest mean validation loss when no trial was open; null before, and without a test part';
COMMENT ON COLUMN public.sweeps.selected_at IS 'When that was done; it is done once';

CREATE OR REPLACE VIEW public.trials AS
SELECT id, sweep, ordinal, replicate, configuration::jsonb AS configuration, state, term AS attempts,
       replace(silo::text, '-', '') AS silo, epochs, training_loss, validation_loss, test_loss, best_validation_loss,
       seconds, theta_sha256, error, started_at, finished_at, stopped_by, theta_epoch, tested_at
FROM ledger.trials;
COMMENT ON COLUMN public.trials.test_loss IS 'Mean loss on the test part; of the selected configuration''s trials alone, null for all others';
COMMENT ON COLUMN public.trials.tested_at IS 'When the test part was evaluated; null where it was not';

CREATE OR REPLACE VIEW public.data_sets AS
SELECT f.trial, d.sha256, d.rows, d.inputs, d.irreducible_error, d.targets, d.classes
FROM ledger.fits f
JOIN ledger.data_sets d ON d.sha256 = f.data;
COMMENT ON COLUMN public.data_sets.targets IS 'Number of targets in each row';
COMMENT ON COLUMN public.data_sets.classes IS 'Whether the one target is a class: fits then have a row for each class, with its probability';

-- A prediction has a number for each row and output, row by row.
CREATE FUNCTION ledger.fit_rows(prediction real[], spread real[], mean real[], rows integer)
RETURNS TABLE (fitted real, deviation real, average real, place integer, output integer)
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 1000 ROWS 10000 AS $$
DECLARE
    outputs integer := greatest(1, cardinality(prediction) / greatest(1, rows));
BEGIN
    RETURN QUERY SELECT p.fitted, p.deviation, p.average, ((p.n - 1) / outputs)::integer, ((p.n - 1) % outputs)::integer
                 FROM unnest($1, $2, $3) WITH ORDINALITY AS p (fitted, deviation, average, n);
END $$;

CREATE OR REPLACE VIEW public.fits AS
SELECT f.trial, r.row, r.part, r.x,
       CASE WHEN d.classes THEN CASE WHEN r.target = p.output THEN 1::real ELSE 0::real END
            WHEN r.targets IS NULL THEN r.target
            ELSE r.targets[p.output + 1] END AS target,
       p.fitted AS prediction, p.deviation AS spread, p.average AS mean, p.output
FROM ledger.fits f
JOIN ledger.trials t ON t.id = f.trial
JOIN ledger.data_sets d ON d.sha256 = f.data
CROSS JOIN LATERAL ledger.fit_rows(f.prediction, f.spread, f.mean, d.rows) AS p
JOIN ledger.data_rows r ON r.data = f.data AND r.row = p.place
WHERE r.part <> 'test' OR t.tested_at IS NOT NULL;
DROP FUNCTION ledger.fit_rows(real[], real[], real[]);
COMMENT ON VIEW public.fits IS 'One row per finished trial, row of its data and output: what the trained model predicts there; rows of the test part of tested trials alone';
COMMENT ON COLUMN public.fits.target IS 'Target, after scaling; of a class 1 where the row has it and 0 elsewhere';
COMMENT ON COLUMN public.fits.prediction IS 'The model''s output, of a class its probability; with one dropout mask where its evaluation is on';
COMMENT ON COLUMN public.fits.output IS 'Which of the model''s outputs, from 0: targets or classes in the order of the specification';
