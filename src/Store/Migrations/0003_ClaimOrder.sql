-- Claims take trials in the order of the grid, each replicate after the other. The index gives that order, and no other index does:
-- ordered by id, the planner walked the primary key over all that was done already, and claims slowed down with history.
DROP INDEX ledger.trials_pending;
CREATE INDEX trials_pending ON ledger.trials (sweep, replicate, ordinal) WHERE state = 'Pending';
