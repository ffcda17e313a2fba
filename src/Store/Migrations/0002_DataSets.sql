-- Which data a trial's fit refers to, and how much of its error no model can take away.
CREATE VIEW public.data_sets AS
SELECT f.trial, d.sha256, d.rows, d.inputs, d.irreducible_error
FROM ledger.fits f
JOIN ledger.data_sets d ON d.sha256 = f.data;
COMMENT ON VIEW public.data_sets IS 'One row per trial with a fit: the data it was trained on; trials of one sweep mostly share it';
COMMENT ON COLUMN public.data_sets.trial IS 'trials.id';
COMMENT ON COLUMN public.data_sets.sha256 IS 'SHA-256 of the data: equal hashes mean equal bits';
COMMENT ON COLUMN public.data_sets.rows IS 'Number of its rows, all parts together';
COMMENT ON COLUMN public.data_sets.inputs IS 'Number of inputs in each row';
COMMENT ON COLUMN public.data_sets.irreducible_error IS 'Variance of the noise in the targets after scaling: the mean squared error of the true curve; null where it is not known';

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'sweep_reader') THEN
        GRANT SELECT ON public.data_sets TO sweep_reader;
    END IF;
END $$;
