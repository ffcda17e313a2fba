-- Nobody searches by the elements of these, yet ANALYZE would fetch and count up to 30,000 vectors of each, minutes of a core in a store
-- that is not small, again whenever a tenth of the rows is new.
ALTER TABLE ledger.losses ALTER COLUMN training SET STATISTICS 0, ALTER COLUMN validation SET STATISTICS 0;
ALTER TABLE ledger.snapshots ALTER COLUMN parameters SET STATISTICS 0;
ALTER TABLE ledger.fits ALTER COLUMN prediction SET STATISTICS 0, ALTER COLUMN spread SET STATISTICS 0, ALTER COLUMN mean SET STATISTICS 0;
ALTER TABLE ledger.data_rows ALTER COLUMN x SET STATISTICS 0, ALTER COLUMN targets SET STATISTICS 0;
