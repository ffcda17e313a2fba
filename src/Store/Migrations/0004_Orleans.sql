-- What the Orleans engine keeps in the store: its membership and its reminders. It holds no truth about trials.
-- Orleans reads orleansquery once and runs nothing but these statements; the keys, the parameters (@Name) and the columns they
-- return are its contract (ADO.NET providers of Orleans 3.7 to 10), everything else is ours: one statement each, no functions.
CREATE SCHEMA orleans;

CREATE TABLE orleans.orleansquery (querykey text PRIMARY KEY, querytext text NOT NULL);

-- One row a cluster. Every change of a member counts it up; a change based on an old count is refused.
CREATE TABLE orleans.clusters (
    cluster text PRIMARY KEY,
    version integer NOT NULL DEFAULT 0,
    changed_at timestamptz NOT NULL DEFAULT now());

CREATE TABLE orleans.members (
    cluster text NOT NULL REFERENCES orleans.clusters,
    address text NOT NULL,
    port integer NOT NULL,
    generation integer NOT NULL,
    name text NOT NULL,
    host text NOT NULL,
    status integer NOT NULL,
    proxy_port integer NOT NULL,
    suspicions text,
    started_at timestamptz NOT NULL,
    alive_at timestamptz NOT NULL,
    PRIMARY KEY (cluster, address, port, generation));

CREATE TABLE orleans.reminders (
    service text NOT NULL,
    grain text NOT NULL,
    name text NOT NULL,
    starts_at timestamptz NOT NULL,
    period bigint NOT NULL,
    hash integer NOT NULL,
    version integer NOT NULL DEFAULT 0,
    PRIMARY KEY (service, grain, name));
CREATE INDEX reminders_by_hash ON orleans.reminders (service, hash);

INSERT INTO orleans.orleansquery (querykey, querytext) VALUES
('InsertMembershipVersionKey', $$
    WITH made AS (INSERT INTO orleans.clusters (cluster) VALUES (@DeploymentId) ON CONFLICT DO NOTHING RETURNING 1)
    SELECT count(*)::integer FROM made $$),

-- The cluster's row is locked by its own update, so two changes come one after the other, and the second finds another version.
('InsertMembershipKey', $$
    WITH counted AS (
        UPDATE orleans.clusters SET version = version + 1, changed_at = now()
        WHERE cluster = @DeploymentId AND version = @Version
          AND NOT EXISTS (SELECT FROM orleans.members m
                          WHERE m.cluster = @DeploymentId AND m.address = @Address AND m.port = @Port AND m.generation = @Generation)
        RETURNING cluster),
    joined AS (
        INSERT INTO orleans.members (cluster, address, port, generation, name, host, status, proxy_port, started_at, alive_at)
        SELECT cluster, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime FROM counted
        RETURNING 1)
    SELECT count(*)::integer FROM joined $$),

('UpdateMembershipKey', $$
    WITH counted AS (
        UPDATE orleans.clusters SET version = version + 1, changed_at = now()
        WHERE cluster = @DeploymentId AND version = @Version
          AND EXISTS (SELECT FROM orleans.members m
                      WHERE m.cluster = @DeploymentId AND m.address = @Address AND m.port = @Port AND m.generation = @Generation)
        RETURNING cluster),
    changed AS (
        UPDATE orleans.members m SET status = @Status, suspicions = @SuspectTimes, alive_at = @IAmAliveTime
        FROM counted WHERE m.cluster = counted.cluster AND m.address = @Address AND m.port = @Port AND m.generation = @Generation
        RETURNING 1)
    SELECT count(*)::integer FROM changed $$),

('UpdateIAmAlivetimeKey', $$
    UPDATE orleans.members SET alive_at = @IAmAliveTime
    WHERE cluster = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation $$),

('MembershipReadRowKey', $$
    SELECT c.cluster AS DeploymentId, m.address AS Address, m.port AS Port, m.generation AS Generation, m.name AS SiloName,
           m.host AS HostName, m.status AS Status, m.proxy_port AS ProxyPort, m.suspicions AS SuspectTimes,
           m.started_at AS StartTime, m.alive_at AS IAmAliveTime, c.version AS Version
    FROM orleans.clusters c
    LEFT JOIN orleans.members m ON m.cluster = c.cluster AND m.address = @Address AND m.port = @Port AND m.generation = @Generation
    WHERE c.cluster = @DeploymentId $$),

('MembershipReadAllKey', $$
    SELECT c.cluster AS DeploymentId, m.address AS Address, m.port AS Port, m.generation AS Generation, m.name AS SiloName,
           m.host AS HostName, m.status AS Status, m.proxy_port AS ProxyPort, m.suspicions AS SuspectTimes,
           m.started_at AS StartTime, m.alive_at AS IAmAliveTime, c.version AS Version
    FROM orleans.clusters c LEFT JOIN orleans.members m ON m.cluster = c.cluster
    WHERE c.cluster = @DeploymentId $$),

-- 3 is Active: a silo that is merely late is not cleaned away.
('CleanupDefunctSiloEntriesKey', $$
    DELETE FROM orleans.members WHERE cluster = @DeploymentId AND alive_at < @IAmAliveTime AND status <> 3 $$),

('DeleteMembershipTableEntriesKey', $$
    WITH emptied AS (DELETE FROM orleans.members WHERE cluster = @DeploymentId)
    UPDATE orleans.clusters SET version = 0, changed_at = now() WHERE cluster = @DeploymentId $$),

('GatewaysQueryKey', $$
    SELECT address AS Address, proxy_port AS ProxyPort, generation AS Generation
    FROM orleans.members WHERE cluster = @DeploymentId AND status = @Status AND proxy_port > 0 $$),

('UpsertReminderRowKey', $$
    INSERT INTO orleans.reminders AS r (service, grain, name, starts_at, period, hash)
    VALUES (@ServiceId, @GrainId, @ReminderName, @StartTime, @Period, @GrainHash)
    ON CONFLICT (service, grain, name) DO UPDATE
        SET starts_at = excluded.starts_at, period = excluded.period, hash = excluded.hash, version = r.version + 1
    RETURNING version AS Version $$),

('ReadReminderRowKey', $$
    SELECT grain AS GrainId, name AS ReminderName, starts_at AS StartTime, period AS Period, version AS Version
    FROM orleans.reminders WHERE service = @ServiceId AND grain = @GrainId AND name = @ReminderName $$),

('ReadReminderRowsKey', $$
    SELECT grain AS GrainId, name AS ReminderName, starts_at AS StartTime, period AS Period, version AS Version
    FROM orleans.reminders WHERE service = @ServiceId AND grain = @GrainId $$),

-- A range of the ring of hashes, open at its beginning; the second form is of a range that runs over the end of the ring.
('ReadRangeRows1Key', $$
    SELECT grain AS GrainId, name AS ReminderName, starts_at AS StartTime, period AS Period, version AS Version
    FROM orleans.reminders WHERE service = @ServiceId AND hash > @BeginHash AND hash <= @EndHash $$),
('ReadRangeRows2Key', $$
    SELECT grain AS GrainId, name AS ReminderName, starts_at AS StartTime, period AS Period, version AS Version
    FROM orleans.reminders WHERE service = @ServiceId AND (hash > @BeginHash OR hash <= @EndHash) $$),

('DeleteReminderRowKey', $$
    WITH gone AS (DELETE FROM orleans.reminders
                  WHERE service = @ServiceId AND grain = @GrainId AND name = @ReminderName AND version = @Version RETURNING 1)
    SELECT count(*)::integer FROM gone $$),
('DeleteReminderRowsKey', $$
    DELETE FROM orleans.reminders WHERE service = @ServiceId $$);
