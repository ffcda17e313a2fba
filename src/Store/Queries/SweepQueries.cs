using Npgsql;
using SweepCluster.Contracts;

namespace SweepCluster.Store.Queries;

/// <summary>One line of <c>sweep list</c>.</summary>
/// <param name="Completed">Ended with a result: Completed or Stopped.</param>
public sealed record SweepSummary(
    SweepId Id, string Name, SweepState State, long Trials, long Completed, long Failed, DateTimeOffset CreatedAt, DateTimeOffset? FinishedAt);

/// <summary>What a person's word for a sweep (id, prefix of an id, or name) stands for.</summary>
public abstract record SweepMatch
{
    private SweepMatch() { }

    /// <param name="OlderWithSameName">How many sweeps of that name are older; the newest is the one meant.</param>
    public sealed record Found(SweepSummary Sweep, int OlderWithSameName) : SweepMatch;

    public sealed record None(string Word) : SweepMatch;

    /// <summary>A prefix that begins several ids or names.</summary>
    public sealed record Ambiguous(string Word, IReadOnlyList<SweepSummary> Candidates) : SweepMatch;
}

public sealed class SweepQueries
{
    private const int MostCandidates = 20;
    private const string Columns = "SELECT id, name, state, trials, completed, failed, created_at, finished_at FROM public.sweeps";

    private readonly NpgsqlDataSource _source;

    internal SweepQueries(NpgsqlDataSource source) => _source = source;

    /// <summary>Newest first.</summary>
    public Task<IReadOnlyList<SweepSummary>> ListAsync(int limit = 100, CancellationToken cancel = default) =>
        ReadAsync(Columns + " ORDER BY created_at DESC, id LIMIT $1", cancel, limit);

    public async Task<SweepSummary?> GetAsync(SweepId id, CancellationToken cancel = default) =>
        await ReadAsync(Columns + " WHERE id = $1", cancel, id.Value) is [var found] ? found : null;

    /// <summary>
    /// An exact id wins, then an exact name, where the newest sweep of that name is meant: who runs a file again means the last
    /// run. Otherwise the word must begin exactly one id or the names of one sweep.
    /// </summary>
    public async Task<SweepMatch> FindAsync(string word, CancellationToken cancel = default)
    {
        if (word.Length == 0) return new SweepMatch.None(word);
        if (await GetAsync(new SweepId(word), cancel) is { } exact) return new SweepMatch.Found(exact, 0);
        var named = await ReadAsync(Columns + " WHERE name = $1 ORDER BY created_at DESC, id LIMIT $2", cancel, word, MostCandidates);
        if (named.Count > 0) return new SweepMatch.Found(named[0], named.Count - 1);
        var begun = await ReadAsync(Columns + " WHERE starts_with(id, $1) OR starts_with(name, $1) ORDER BY created_at DESC, id LIMIT $2", cancel, word, MostCandidates);
        return begun switch
        {
            [] => new SweepMatch.None(word),
            [var only] => new SweepMatch.Found(only, 0),
            _ => new SweepMatch.Ambiguous(word, begun),
        };
    }

    /// <exception cref="SweepNotUnderstoodException">It was launched by another version of the program and says what this one does not know.</exception>
    public async Task<Specification> SpecificationAsync(SweepId id, CancellationToken cancel = default)
    {
        await using var command = _source.CreateCommand("SELECT specification FROM ledger.sweeps WHERE id = $1");
        command.Parameters.Add(new() { Value = id.Value });
        if (await command.ExecuteScalarAsync(cancel) is not string json) throw new InvalidOperationException($"the store has no sweep {id}");
        try
        {
            return Specification.FromJson(json);
        }
        catch (FormatException e)
        {
            throw new SweepNotUnderstoodException($"sweep {id} was launched by another version of sweep ({e.Message.Split('\n')[0]}): look at it with that version, or update this program", e);
        }
    }

    /// <summary>Trials by state; states without trials are absent.</summary>
    public async Task<IReadOnlyDictionary<TrialState, long>> CountsAsync(SweepId id, CancellationToken cancel = default)
    {
        await using var command = _source.CreateCommand("SELECT state, count(*) FROM ledger.trials WHERE sweep = $1 GROUP BY state");
        command.Parameters.Add(new() { Value = id.Value });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var counts = new Dictionary<TrialState, long>();
        while (await reader.ReadAsync(cancel)) counts.Add(Enum.Parse<TrialState>(reader.GetString(0)), reader.GetInt64(1));
        return counts;
    }

    /// <summary>Whether a silo may still have something to do for it, now or after a resume.</summary>
    public async Task<bool> IsOpenAsync(SweepId id, CancellationToken cancel = default)
    {
        // From the end, where work comes to last: the beginning of both indexes is full of what was done.
        await using var command = _source.CreateCommand(
            """
            SELECT coalesce((SELECT true FROM ledger.trials WHERE sweep = $1 AND state = 'Pending' ORDER BY replicate DESC, ordinal DESC LIMIT 1),
                            (SELECT true FROM ledger.trials WHERE sweep = $1 AND state = 'Running' ORDER BY lease_until DESC LIMIT 1), false)
            """);
        command.Parameters.Add(new() { Value = id.Value });
        return (bool)(await command.ExecuteScalarAsync(cancel))!;
    }

    private async Task<IReadOnlyList<SweepSummary>> ReadAsync(string sql, CancellationToken cancel, params object[] values)
    {
        await using var command = _source.CreateCommand(sql);
        foreach (var value in values) command.Parameters.Add(new() { Value = value });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var found = new List<SweepSummary>();
        while (await reader.ReadAsync(cancel))
        {
            found.Add(new SweepSummary(
                new SweepId(reader.GetString(0)), reader.GetString(1), Enum.Parse<SweepState>(reader.GetString(2)),
                reader.GetInt64(3), reader.GetInt64(4), reader.GetInt64(5),
                reader.GetFieldValue<DateTimeOffset>(6), reader.IsDBNull(7) ? null : reader.GetFieldValue<DateTimeOffset>(7)));
        }
        return found;
    }
}
