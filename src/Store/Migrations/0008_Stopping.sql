-- Which rule stopped a trial, which epoch its final parameters are of, and the mean over Monte Carlo dropout passes.
ALTER TABLE ledger.trials
    ADD COLUMN stopped_by text CHECK (stopped_by IN ('patience', 'median', 'asha')),
    ADD COLUMN theta_epoch integer,
    ADD CHECK (stopped_by IS NULL OR state = 'Stopped');
ALTER TABLE ledger.fits ADD COLUMN mean real[];
ALTER TABLE ledger.fits ALTER COLUMN mean SET STORAGE EXTERNAL;

CREATE OR REPLACE VIEW public.trials AS
SELECT id, sweep, ordinal, replicate, configuration::jsonb AS configuration, state, term AS attempts,
       replace(silo::text, '-', '') AS silo, epochs, training_loss, validation_loss, test_loss, best_validation_loss,
       seconds, theta_sha256, error, started_at, finished_at, stopped_by, theta_epoch
FROM ledger.trials;
COMMENT ON COLUMN public.trials.training_loss IS 'Mean training loss of the last recorded epoch, or of theta_epoch, without penalty';
COMMENT ON COLUMN public.trials.validation_loss IS 'Mean validation loss of the last recorded epoch, or of theta_epoch';
COMMENT ON COLUMN public.trials.stopped_by IS 'Rule that stopped it after its last recorded epoch: patience, median or asha; null for any other end';
COMMENT ON COLUMN public.trials.theta_epoch IS 'Epoch whose parameters were restored as the final ones; null where the last epoch''s are';

-- As in 0007, with the mean: unnest gives null for each row of an array that is null.
CREATE FUNCTION ledger.fit_rows(prediction real[], spread real[], mean real[])
RETURNS TABLE (fitted real, deviation real, average real, n bigint)
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 1000 ROWS 10000 AS $$
BEGIN
    RETURN QUERY SELECT p.fitted, p.deviation, p.average, p.n FROM unnest($1, $2, $3) WITH ORDINALITY AS p (fitted, deviation, average, n);
END $$;

CREATE OR REPLACE VIEW public.fits AS
SELECT f.trial, r.row, r.part, r.x, r.target, p.fitted AS prediction, p.deviation AS spread, p.average AS mean
FROM ledger.fits f
CROSS JOIN LATERAL ledger.fit_rows(f.prediction, f.spread, f.mean) AS p
JOIN ledger.data_rows r ON r.data = f.data AND r.row = p.n - 1;
DROP FUNCTION ledger.fit_rows(real[], real[]);
COMMENT ON COLUMN public.fits.mean IS 'Mean over Monte Carlo dropout passes; null where there were none';
