-- Trials of programs: what they report besides losses, what they print, and how many slots one of them takes.
ALTER TABLE ledger.sweeps ADD COLUMN cores integer NOT NULL DEFAULT 1 CHECK (cores > 0);
ALTER TABLE ledger.trials ADD COLUMN metrics jsonb;

CREATE TABLE ledger.metrics (
    trial bigint NOT NULL,
    epoch integer NOT NULL,
    name  text NOT NULL,
    value double precision NOT NULL,
    PRIMARY KEY (trial, name, epoch)
);

-- One row per attempt: the beginning and the end of what its program printed.
CREATE TABLE ledger.logs (
    trial   bigint NOT NULL,
    term    integer NOT NULL,
    bytes   bigint NOT NULL,
    content text NOT NULL,
    PRIMARY KEY (trial, term)
);

CREATE OR REPLACE VIEW public.trials AS
SELECT id, sweep, ordinal, replicate, configuration::jsonb AS configuration, state, term AS attempts,
       replace(silo::text, '-', '') AS silo, epochs, training_loss, validation_loss, test_loss, best_validation_loss,
       seconds, theta_sha256, error, started_at, finished_at, stopped_by, theta_epoch, tested_at, coalesce(metrics, '{}') AS metrics
FROM ledger.trials;
COMMENT ON COLUMN public.trials.metrics IS 'What its program reported besides losses: the last value of each metric, by name';

CREATE VIEW public.metrics AS SELECT trial, epoch, name, value FROM ledger.metrics;
COMMENT ON VIEW public.metrics IS 'One row per trial, epoch and metric that its program reported besides losses';
COMMENT ON COLUMN public.metrics.trial IS 'trials.id';
COMMENT ON COLUMN public.metrics.epoch IS 'Epoch it was reported with';
COMMENT ON COLUMN public.metrics.name IS 'The program''s name for it';
COMMENT ON COLUMN public.metrics.value IS 'Its value';

CREATE VIEW public.logs AS SELECT trial, term, bytes, content FROM ledger.logs;
COMMENT ON VIEW public.logs IS 'One row per attempt of a program that printed something besides reports';
COMMENT ON COLUMN public.logs.trial IS 'trials.id';
COMMENT ON COLUMN public.logs.term IS 'Attempt: attempts.term';
COMMENT ON COLUMN public.logs.bytes IS 'How much it printed in all';
COMMENT ON COLUMN public.logs.content IS 'The first and the last 32 KiB of it, as it was printed: it may hold control characters';

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'sweep_reader') THEN
        GRANT SELECT ON public.metrics, public.logs TO sweep_reader;
    END IF;
END $$;
