-- Whatever the release after the next does, the floor that it sets says that programs from before the next may not work beside it.
ALTER TABLE ledger.notes ADD COLUMN author text;
