-- Everything that a release may do to a store while silos of the release before work on it: columns that are nullable or have a
-- default, an index, a table, a wider view.
ALTER TABLE ledger.trials ADD COLUMN weight double precision NOT NULL DEFAULT 1 CHECK (weight > 0);
CREATE INDEX trials_by_weight ON ledger.trials (sweep, weight);

CREATE TABLE ledger.notes (
    trial bigint PRIMARY KEY,
    note  text NOT NULL
);
CREATE VIEW public.notes AS SELECT trial, note FROM ledger.notes;

-- The view as it is, whatever it is by now, and a column more.
DO $$
BEGIN
    EXECUTE format('CREATE OR REPLACE VIEW public.trials AS SELECT v.*, n.note FROM (%s) v LEFT JOIN ledger.notes n ON n.trial = v.id',
        rtrim(pg_get_viewdef('public.trials'::regclass), ';'));
END $$;
