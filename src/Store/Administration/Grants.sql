-- What each role may do, for those of the two that the server has. Run by the owner of the database after each migration, and by
-- `sweep db roles`; running it again changes nothing.
DO $$
DECLARE
    view regclass;
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'sweep_silo') THEN
        GRANT USAGE ON SCHEMA public, ledger, orleans TO sweep_silo;
        -- Rows, and nothing else: no table of its own, none emptied at once, no version changed.
        GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ledger, orleans TO sweep_silo;
        GRANT USAGE ON ALL SEQUENCES IN SCHEMA ledger, orleans TO sweep_silo;
        REVOKE INSERT, UPDATE, DELETE ON ledger.migrations, ledger.compatibility, orleans.orleansquery FROM sweep_silo;
        -- What the next version adds is there for silos of this one from the moment it is committed.
        ALTER DEFAULT PRIVILEGES IN SCHEMA ledger GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO sweep_silo;
        ALTER DEFAULT PRIVILEGES IN SCHEMA ledger GRANT USAGE ON SEQUENCES TO sweep_silo;
    END IF;
    FOR view IN
        SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = 'public' AND c.relkind = 'v' AND EXISTS (
            SELECT FROM pg_rewrite r JOIN pg_depend d ON d.objid = r.oid AND d.classid = 'pg_rewrite'::regclass
            JOIN pg_class t ON t.oid = d.refobjid AND d.refclassid = 'pg_class'::regclass JOIN pg_namespace s ON s.oid = t.relnamespace
            WHERE r.ev_class = c.oid AND s.nspname = 'ledger')
    LOOP
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'sweep_silo') THEN EXECUTE format('GRANT SELECT ON %s TO sweep_silo', view); END IF;
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'sweep_reader') THEN EXECUTE format('GRANT SELECT ON %s TO sweep_reader', view); END IF;
    END LOOP;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'sweep_reader') THEN
        GRANT USAGE ON SCHEMA public, ledger TO sweep_reader;
        -- Whether versions fit, and the sweeps and trials behind two of the views, whose JSON keeps the order of the grid's keys. Of all
        -- other tables some rows are not for readers (test parts, users' files), so those they see through the views alone.
        GRANT SELECT ON ledger.migrations, ledger.compatibility, ledger.sweeps, ledger.trials TO sweep_reader;
    END IF;
END $$;
