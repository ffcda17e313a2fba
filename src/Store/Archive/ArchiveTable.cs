namespace SweepCluster.Store.Archive;

/// <summary>One table's share of an archived sweep.</summary>
/// <param name="Name">Of the table, and of the archive's entry.</param>
/// <param name="Columns">Names and types of what the entry holds, in order; <c>ordinal</c> and <c>replicate</c> stand for a trial's id.</param>
/// <param name="Select">Their rows; $1 is the sweep.</param>
/// <param name="Insert">From the staged rows (<c>staged</c>) into the table; <c>placed</c> gives each (ordinal, replicate) its id there.</param>
internal sealed record ArchiveTable(string Name, string Columns, string Select, string Insert)
{
    /// <summary>How many of the last columns version 1 lacks: they are null then.</summary>
    public int AddedInVersion2 { get; init; }

    /// <summary>How many columns after those version 2 lacks.</summary>
    public int AddedInVersion3 { get; init; }

    /// <summary>The version that has the whole table first.</summary>
    public int Since { get; init; } = 1;

    /// <summary>Names of the columns that an archive of that version has, in order.</summary>
    public IEnumerable<string> ColumnsIn(int version) =>
        Names(Columns).SkipLast((version < 2 ? AddedInVersion2 : 0) + (version < 3 ? AddedInVersion3 : 0));

    /// <summary>Whether its rows belong to trials that the ledger has by now.</summary>
    public bool IsOfTrials => Name != "trials" && Columns.StartsWith(OfTrial, StringComparison.Ordinal);

    private const string OfTrial = "ordinal bigint, replicate integer, ";

    /// <summary>
    /// In the order in which they are written and read. Left out: trials' ids, leases and expiries, which mean nothing elsewhere;
    /// a trial that runs goes out as Pending, with its checkpoint.
    /// </summary>
    public static readonly IReadOnlyList<ArchiveTable> All =
    [
        new("silos",
            "id uuid, host text, boot text, process integer, engine text, slots integer, started_at timestamptz, heartbeat_at timestamptz, lease interval, stopped_at timestamptz",
            """
            SELECT id, host, boot, process, engine, slots, started_at, heartbeat_at, lease, coalesce(stopped_at, heartbeat_at) FROM ledger.silos
            WHERE id IN (SELECT silo FROM ledger.trials WHERE sweep = $1
                         UNION SELECT a.silo FROM ledger.attempts a JOIN ledger.trials t ON t.id = a.trial WHERE t.sweep = $1)
            ORDER BY id
            """,
            "INSERT INTO ledger.silos (id, host, boot, process, engine, slots, started_at, heartbeat_at, lease, stopped_at) SELECT * FROM staged ON CONFLICT (id) DO NOTHING"),
        new("trials",
            OfTrial + "configuration json, state text, term integer, silo uuid, claimed_at timestamptz, epochs integer, training_loss double precision, validation_loss double precision, "
            + "test_loss double precision, best_validation_loss double precision, seconds double precision, theta_sha256 text, error text, started_at timestamptz, finished_at timestamptz, stopped_by text, theta_epoch integer, tested_at timestamptz",
            """
            SELECT ordinal, replicate, configuration, CASE state WHEN 'Running' THEN 'Pending' ELSE state END, term, silo, claimed_at, epochs, training_loss, validation_loss,
                   test_loss, best_validation_loss, seconds, theta_sha256, error, started_at, finished_at, stopped_by, theta_epoch, tested_at
            FROM ledger.trials WHERE sweep = $1 ORDER BY replicate, ordinal
            """,
            """
            INSERT INTO ledger.trials (sweep, ordinal, replicate, configuration, state, term, silo, claimed_at, epochs, training_loss, validation_loss,
                                       test_loss, best_validation_loss, seconds, theta_sha256, error, started_at, finished_at, stopped_by, theta_epoch, tested_at)
            SELECT $1, * FROM staged ORDER BY replicate, ordinal
            """) { AddedInVersion2 = 2, AddedInVersion3 = 1 },
        Each("attempts", "term integer, silo uuid, started_at timestamptz, ended_at timestamptz, outcome text"),
        Each("losses", "first_epoch integer, training double precision[], validation double precision[]"),
        Each("snapshots", "epoch integer, parameters real[]"),
        Each("checkpoints", "epoch integer, content bytea"),
        new("data_files", "sha256 text, content bytea",
            "SELECT sha256, content FROM ledger.data_files WHERE sha256 = (SELECT data_file FROM ledger.sweeps WHERE id = $1)",
            "INSERT INTO ledger.data_files (sha256, content) SELECT * FROM staged ON CONFLICT DO NOTHING") { Since = 3 },
        new("data_sets", "sha256 text, rows integer, inputs integer, irreducible_error double precision, targets integer, classes boolean",
            "SELECT sha256, rows, inputs, irreducible_error, targets, classes FROM ledger.data_sets WHERE " + Used("sha256") + " ORDER BY sha256",
            // What is there already has its rows; only what is new gets the staged ones.
            """
            CREATE TEMP TABLE fresh ON COMMIT DROP AS
            WITH inserted AS (INSERT INTO ledger.data_sets (sha256, rows, inputs, irreducible_error, targets, classes)
                              SELECT sha256, rows, inputs, irreducible_error, coalesce(targets, 1), coalesce(classes, false) FROM staged
                              ON CONFLICT DO NOTHING RETURNING sha256) SELECT sha256 FROM inserted
            """) { AddedInVersion3 = 2 },
        new("data_rows", "data text, row integer, part text, x real[], target real, targets real[]",
            "SELECT data, row, part, x, target, targets FROM ledger.data_rows WHERE " + Used("data") + " ORDER BY data, row",
            "INSERT INTO ledger.data_rows (data, row, part, x, target, targets) SELECT s.* FROM staged s JOIN fresh f ON f.sha256 = s.data") { AddedInVersion3 = 1 },
        Each("fits", "data text, prediction real[], spread real[], mean real[]") with { AddedInVersion2 = 1 },
    ];

    /// <summary>A table of which a trial owns rows.</summary>
    private static ArchiveTable Each(string table, string columns)
    {
        var names = string.Join(", ", Names(columns));
        var qualified = string.Join(", ", Names(columns).Select(name => "o." + name));
        return new ArchiveTable(
            table, OfTrial + columns,
            $"SELECT t.ordinal, t.replicate, {qualified} FROM ledger.{table} o JOIN ledger.trials t ON t.id = o.trial WHERE t.sweep = $1 ORDER BY t.replicate, t.ordinal",
            $"INSERT INTO ledger.{table} (trial, {names}) SELECT p.id, {qualified} FROM staged o JOIN placed p USING (ordinal, replicate)");
    }

    internal static IEnumerable<string> Names(string columns) => columns.Split(", ").Select(column => column[..column.IndexOf(' ', StringComparison.Ordinal)]);

    private static string Used(string column) =>
        $"{column} IN (SELECT f.data FROM ledger.fits f JOIN ledger.trials t ON t.id = f.trial WHERE t.sweep = $1)";
}
