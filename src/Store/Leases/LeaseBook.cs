using Npgsql;
using SweepCluster.Contracts;

namespace SweepCluster.Store.Leases;

/// <summary>Claim, renew and rescue. The contract is README.md beside this file; every time in it is the database's.</summary>
public sealed class LeaseBook
{
    /// <summary>A trial whose silo was lost so often is Failed: it may be what kills them.</summary>
    public const int MostExpiries = 5;

    private readonly NpgsqlDataSource _source;
    private readonly LeaseHorizon _horizon;

    internal LeaseBook(NpgsqlDataSource source, TimeProvider? time = null)
    {
        _source = source;
        Frontier = new Frontier(time ?? TimeProvider.System);
        _horizon = new LeaseHorizon(time ?? TimeProvider.System);
    }

    internal Frontier Frontier { get; }

    /// <summary>
    /// Takes up to <paramref name="count"/> Pending trials of the most urgent sweeps: those of one priority in equal parts, who had
    /// least of the silo first. Fewer than there are may come at once, never none.
    /// </summary>
    /// <param name="only">Claim from this sweep alone.</param>
    /// <param name="shares">What sweeps had of the silo so far; those it does not name had nothing.</param>
    /// <param name="except">Leave these sweeps to other silos.</param>
    /// <param name="slots">All slots of the silo, its claimed ones too: a sweep whose trials take more is never claimed from. Where the sweep whose
    /// turn it is takes more than are free, nothing is claimed until they are: else smaller trials would take each core that falls free.</param>
    public async Task<IReadOnlyList<Claim>> ClaimAsync(
        SiloId silo, int count, TimeSpan duration, SweepId? only = null, IReadOnlyDictionary<SweepId, double>? shares = null,
        IReadOnlyCollection<SweepId>? except = null, int slots = int.MaxValue, CancellationToken cancel = default)
    {
        while (true)
        {
            var beginning = Frontier.Begin();
            await using var command = only is { } sweep
                ? ClaimCommand.FromOne(_source, silo, count, duration, sweep, beginning.Places.GetValueOrDefault(sweep))
                : ClaimCommand.FromAny(_source, silo, count, duration, shares ?? new Dictionary<SweepId, double>(), beginning.Places, except ?? [], slots);
            var claims = await ClaimedAsync(command, silo, cancel);
            Frontier.Advance(beginning, claims);
            // There may be some before that place. Or it is the turn of trials that take more cores than are free, and this asks once in vain.
            if (claims.Count > 0 || !beginning.LeavesOut(only)) return claims;
            Frontier.Forget(only);
        }
    }

    /// <summary>The next claims look at all trials of a sweep again, for some may be Pending that were not; they do so by themselves after a while.</summary>
    /// <param name="sweep">Null: of every sweep.</param>
    public void LookAgain(SweepId? sweep) => Frontier.Forget(sweep);

    /// <summary>What the store gave this silo without its knowing, because an answer was lost. To be asked between two claims.</summary>
    /// <param name="known">The leases it knows of.</param>
    public async Task<IReadOnlyList<Claim>> RecallAsync(SiloId silo, IReadOnlyCollection<Lease> known, TimeSpan duration, CancellationToken cancel = default)
    {
        await using var command = _source.CreateCommand(Recall);
        command.Parameters.Add(new() { Value = silo.Value });
        command.Parameters.Add(new() { Value = duration });
        command.Parameters.Add(new() { Value = known.Select(l => l.Trial.Value).ToArray() });
        command.Parameters.Add(new() { Value = known.Select(l => l.Term).ToArray() });
        return await ClaimedAsync(command, silo, cancel);
    }

    private static async Task<List<Claim>> ClaimedAsync(NpgsqlCommand command, SiloId silo, CancellationToken cancel)
    {
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var claims = new List<Claim>();
        while (await reader.ReadAsync(cancel))
        {
            claims.Add(new Claim(
                new Lease(new TrialId(reader.GetInt64(0)), silo, reader.GetInt32(1)),
                new SweepId(reader.GetString(2)), reader.GetInt64(3), reader.GetInt32(4), reader.GetString(5)));
        }
        return claims;
    }

    /// <summary>The silo's heartbeat, which prolongs the leases it names. What it does not name runs out by itself.</summary>
    public async Task<Renewal> RenewAsync(SiloId silo, IReadOnlyCollection<Lease> leases, TimeSpan duration, CancellationToken cancel = default)
    {
        await using var command = _source.CreateCommand(Renew);
        command.Parameters.Add(new() { Value = silo.Value });
        command.Parameters.Add(new() { Value = duration });
        command.Parameters.Add(new() { Value = leases.Select(l => l.Trial.Value).ToArray() });
        command.Parameters.Add(new() { Value = leases.Select(l => l.Term).ToArray() });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var held = new HashSet<Lease>();
        var paused = new HashSet<Lease>();
        var cancelled = new HashSet<Lease>();
        while (await reader.ReadAsync(cancel))
        {
            var lease = new Lease(new TrialId(reader.GetInt64(0)), silo, reader.GetInt32(1));
            (reader.GetBoolean(2) ? cancelled : reader.GetBoolean(3) ? paused : held).Add(lease);
        }
        return new Renewal(held, paused, cancelled);
    }

    /// <summary>
    /// Ends the attempts whose lease ran out: their trials are Pending again, or Failed after <see cref="MostExpiries"/> of them.
    /// Ends what a cancelled sweep still has Pending, and closes sweeps that have nothing open.
    /// </summary>
    /// <param name="grace">Nothing is rescued so soon after the server started: while it was away nobody could renew.</param>
    /// <returns>How many trials were rescued.</returns>
    public async Task<int> RescueAsync(TimeSpan grace, CancellationToken cancel = default)
    {
        await using var connection = await _source.OpenConnectionAsync(cancel);
        await using var batch = new NpgsqlBatch(connection);
        var from = _horizon.Begin();
        batch.BatchCommands.Add(new NpgsqlBatchCommand(Rescue) { Parameters = { new() { Value = grace }, new() { Value = MostExpiries }, new() { Value = from } } });
        batch.BatchCommands.Add(new NpgsqlBatchCommand(EndCancelled));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(Finished));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(Earliest) { Parameters = { new() { Value = from } } });
        var rescued = 0;
        var finished = new List<string>();
        DateTime earliest;
        await using (var reader = await batch.ExecuteReaderAsync(cancel))
        {
            await reader.ReadAsync(cancel);
            rescued = reader.GetInt32(0);
            await reader.NextResultAsync(cancel);
            while (await reader.ReadAsync(cancel)) finished.Add(reader.GetString(0));
            await reader.NextResultAsync(cancel);
            await reader.ReadAsync(cancel);
            earliest = reader.GetDateTime(0);
            await reader.NextResultAsync(cancel); // all of it is committed
        }
        _horizon.Advance(earliest);
        if (rescued > 0) Frontier.Forget(null);
        if (finished.Count > 0) await CloseAsync(connection, finished, cancel);
        return rescued;
    }

    // A retry locks the sweep before it reopens trials; so does this before it looks a second time, and none slips through between.
    private static async Task CloseAsync(NpgsqlConnection connection, List<string> sweeps, CancellationToken cancel)
    {
        var parameter = sweeps.ToArray();
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(new NpgsqlBatchCommand("SELECT FROM ledger.sweeps WHERE id = ANY ($1) ORDER BY id FOR UPDATE") { Parameters = { new() { Value = parameter } } });
        batch.BatchCommands.Add(new NpgsqlBatchCommand(Close) { Parameters = { new() { Value = parameter } } });
        await batch.ExecuteNonQueryAsync(cancel);
    }

    private const string Recall =
        """
        UPDATE ledger.trials t SET lease_until = now() + $2
        FROM ledger.sweeps s
        CROSS JOIN LATERAL (SELECT id FROM ledger.trials WHERE sweep = s.id AND state = 'Running' AND silo = $1) mine
        WHERE s.closed_at IS NULL AND t.id = mine.id AND t.silo = $1 AND t.lease_until IS NOT NULL
          AND NOT EXISTS (SELECT FROM unnest($3::bigint[], $4::integer[]) AS l (trial, term) WHERE l.trial = t.id AND l.term = t.term)
        RETURNING t.id, t.term, t.sweep, t.ordinal, t.replicate, t.configuration
        """;

    private const string Renew =
        """
        WITH beat AS (UPDATE ledger.silos SET heartbeat_at = now() WHERE id = $1),
        held AS (
            UPDATE ledger.trials t SET lease_until = now() + $2
            FROM unnest($3::bigint[], $4::integer[]) AS l (trial, term)
            WHERE t.id = l.trial AND t.term = l.term AND t.silo = $1 AND t.lease_until IS NOT NULL
            RETURNING t.id, t.term, t.sweep)
        SELECT held.id, held.term, s.cancelled_at IS NOT NULL, s.paused_at IS NOT NULL FROM held JOIN ledger.sweeps s ON s.id = held.sweep
        """;

    private static readonly string Rescue = RescueFrom("lease_until < now() AND lease_until >= $3", "now() > pg_postmaster_start_time() + $1");

    /// <param name="gone">Which Running trials have lost their silo.</param>
    /// <param name="trusted">Whether the store may judge that now.</param>
    internal static string RescueFrom(string gone, string trusted) =>
        $"""
        WITH expired AS MATERIALIZED (
            SELECT t.id, t.term, t.silo, t.claimed_at, t.expiries + 1 AS expiries
            FROM ledger.sweeps s
            CROSS JOIN LATERAL (SELECT * FROM ledger.trials WHERE sweep = s.id AND state = 'Running' AND {gone}
                                ORDER BY lease_until LIMIT 100 FOR UPDATE SKIP LOCKED) t
            WHERE s.closed_at IS NULL AND {trusted}),
        history AS (
            INSERT INTO ledger.attempts (trial, term, silo, started_at, ended_at, outcome)
            SELECT id, term, silo, claimed_at, now(), 'Expired' FROM expired),
        rescued AS (
            UPDATE ledger.trials t
            SET state = CASE WHEN e.expiries < $2 THEN 'Pending' ELSE 'Failed' END,
                finished_at = CASE WHEN e.expiries < $2 THEN NULL ELSE now() END,
                error = CASE WHEN e.expiries < $2 THEN NULL ELSE
                    e.expiries || ' attempts ended without a sign of life from their silo: look into those silos'' logs for what this trial does to them (memory, crashes), then retry it' END,
                lease_until = NULL, expiries = e.expiries
            FROM expired e WHERE t.id = e.id
            RETURNING t.sweep, t.state),
        announced AS (
            SELECT pg_notify('sweep_work', sweep) FROM (SELECT DISTINCT sweep FROM rescued WHERE state = 'Pending') r)
        SELECT (SELECT count(*) FROM rescued)::integer + 0 * (SELECT count(*) FROM announced)::integer
        """;

    // Each asks per open sweep in the order of an index: else, with statistics from before the work, the planner would read all trials
    // for every heartbeat. Whether any is left is asked from the end, where work comes to last: the beginning is full of what was done.
    private const string EndCancelled =
        """
        UPDATE ledger.trials SET state = 'Cancelled', finished_at = now()
        WHERE id = ANY (ARRAY (
            SELECT t.id FROM ledger.sweeps s
            CROSS JOIN LATERAL (SELECT id FROM ledger.trials WHERE sweep = s.id AND state = 'Pending'
                                ORDER BY replicate, ordinal LIMIT 1000 FOR UPDATE SKIP LOCKED) t
            WHERE s.closed_at IS NULL AND s.cancelled_at IS NOT NULL))
        """;

    private const string Finished =
        """
        SELECT s.id FROM ledger.sweeps s
        WHERE s.closed_at IS NULL
          AND (SELECT true FROM ledger.trials WHERE sweep = s.id AND state = 'Pending' ORDER BY replicate DESC, ordinal DESC LIMIT 1) IS NULL
          AND (SELECT true FROM ledger.trials WHERE sweep = s.id AND state = 'Running' ORDER BY lease_until DESC LIMIT 1) IS NULL
        """;

    // Also one that a search passed over, because its row was locked just then or there were too many.
    private const string Earliest =
        """
        SELECT least(now(), (
            SELECT min(t.lease_until) FROM ledger.sweeps s
            CROSS JOIN LATERAL (SELECT lease_until FROM ledger.trials WHERE sweep = s.id AND state = 'Running' AND lease_until >= $1
                                ORDER BY lease_until LIMIT 1) t
            WHERE s.closed_at IS NULL))
        """;

    private const string Close =
        """
        UPDATE ledger.sweeps s
        SET closed_at = c.finished_at, completed = c.completed, failed = c.failed, cancelled = c.cancelled
        FROM (SELECT sweep, max(finished_at) AS finished_at,
                     count(*) FILTER (WHERE state IN ('Completed', 'Stopped')) AS completed,
                     count(*) FILTER (WHERE state = 'Failed') AS failed,
                     count(*) FILTER (WHERE state = 'Cancelled') AS cancelled,
                     count(*) FILTER (WHERE state IN ('Pending', 'Running')) AS open
              FROM ledger.trials WHERE sweep = ANY ($1) GROUP BY sweep) c
        WHERE s.id = c.sweep AND s.closed_at IS NULL AND c.open = 0
        """;
}
