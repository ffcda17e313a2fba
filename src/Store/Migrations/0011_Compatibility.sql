-- The oldest program that may work on this store: one that knows the migration named here. A program that finds migrations it does
-- not know asks this row whether it may go on, so that silos of the release before keep working while a new one is rolled out.
CREATE TABLE ledger.compatibility (
    one   boolean PRIMARY KEY DEFAULT true CHECK (one),
    floor text NOT NULL
);
INSERT INTO ledger.compatibility (floor) VALUES ('0011_Compatibility');
