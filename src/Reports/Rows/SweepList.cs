using System.Data.Common;
using Npgsql;
using NpgsqlTypes;

namespace SweepCluster.Reports.Rows;

/// <summary>A sweep in a list.</summary>
/// <param name="Completed">Trials that ended with a result.</param>
internal sealed record ListedSweep(string Id, string Name, string State, long Trials, long Completed, long Failed, DateTime CreatedAt, DateTime? FinishedAt)
{
    /// <summary>A trial of it is not ended: what is shown of it may change.</summary>
    public bool IsOpen => FinishedAt is null;
}

internal enum SweepOrder
{
    Newest,
    Oldest,
    Name,
    Largest,
}

/// <summary>One page of a list: so many rows beyond, or before, one of them.</summary>
/// <param name="After">Id of the row before the first one wanted.</param>
/// <param name="Before">Id of the row after the last one wanted.</param>
internal readonly record struct PageOf(int Limit, string? After, string? Before)
{
    public bool IsBackward => Before is not null && After is null;
}

/// <param name="HasMore">There are rows beyond the last.</param>
/// <param name="HasEarlier">There are rows before the first.</param>
internal sealed record RowPage<T>(IReadOnlyList<T> Rows, bool HasMore, bool HasEarlier);

/// <summary>
/// The sweeps of a store by pages. A page is found by the row it begins at, not by counting rows from the top: the thousandth page
/// costs what the first does, and nothing is shown twice while new sweeps come.
/// </summary>
internal static class SweepList
{
    private const string Columns = "SELECT id, name, state, trials, completed, failed, created_at, finished_at FROM sweeps";

    public static async Task<RowPage<ListedSweep>> ReadAsync(NpgsqlDataSource store, string? search, string? state, SweepOrder order, PageOf page, CancellationToken ct)
    {
        var (key, isDescending) = order switch
        {
            SweepOrder.Newest => ("created_at", true),
            SweepOrder.Oldest => ("created_at", false),
            SweepOrder.Name => ("name", false),
            _ => ("trials", true),
        };
        var forward = isDescending != page.IsBackward;
        await using var command = store.CreateCommand();
        var where = new List<string>();
        if (search is { Length: > 0 })
            where.Add($"(strpos(lower(name), lower({Add(command, search)})) > 0 OR starts_with(id, lower({Add(command, search)})))");
        if (state is { Length: > 0 })
            where.Add($"state = {Add(command, state)}");
        if ((page.After ?? page.Before) is { } cursor)
            where.Add($"({key}, id) {(forward ? "<" : ">")} (SELECT {key}, id FROM sweeps WHERE id = {Add(command, cursor)})");
        var direction = forward ? "DESC" : "ASC";
        command.CommandText = $"{Columns}{(where.Count > 0 ? " WHERE " + string.Join(" AND ", where) : "")} ORDER BY {key} {direction}, id {direction} LIMIT {page.Limit + 1}";
        await using var reader = await command.ExecuteReaderAsync(ct);
        var rows = new List<ListedSweep>();
        while (await reader.ReadAsync(ct))
            rows.Add(Row(reader));
        return Paging.Cut(rows, page);
    }

    public static async Task<ListedSweep?> GetAsync(NpgsqlDataSource store, string id, CancellationToken ct) =>
        (await FindAsync(store, $"{Columns} WHERE id = $1", id, ct)).FirstOrDefault();

    /// <summary>What a word stands for: an id, else the newest sweep of that name, else whatever begins with it.</summary>
    public static async Task<IReadOnlyList<ListedSweep>> FindAsync(NpgsqlDataSource store, string word, CancellationToken ct)
    {
        if (word.Length == 0 || word.Contains('\0', StringComparison.Ordinal))
            return [];
        if (await GetAsync(store, word, ct) is { } exact)
            return [exact];
        var named = await FindAsync(store, $"{Columns} WHERE name = $1 ORDER BY created_at DESC, id LIMIT 1", word, ct);
        return named.Count > 0 ? named : await FindAsync(store, $"{Columns} WHERE starts_with(id, $1) OR starts_with(name, $1) ORDER BY created_at DESC, id LIMIT 20", word, ct);
    }

    internal static string Add(NpgsqlCommand command, string text)
    {
        command.Parameters.Add(new NpgsqlParameter { Value = text.Replace("\0", "", StringComparison.Ordinal), NpgsqlDbType = NpgsqlDbType.Text });
        return $"${command.Parameters.Count}";
    }

    private static async Task<List<ListedSweep>> FindAsync(NpgsqlDataSource store, string sql, string word, CancellationToken ct)
    {
        await using var command = store.CreateCommand(sql);
        Add(command, word);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var rows = new List<ListedSweep>();
        while (await reader.ReadAsync(ct))
            rows.Add(Row(reader));
        return rows;
    }

    private static ListedSweep Row(DbDataReader reader) => new(
        reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetInt64(3), reader.GetInt64(4), reader.GetInt64(5),
        reader.GetDateTime(6), reader.IsDBNull(7) ? null : reader.GetDateTime(7));
}

internal static class Paging
{
    /// <summary>One row more than the limit was asked for: it tells that there is more, and is not shown.</summary>
    public static RowPage<T> Cut<T>(List<T> rows, PageOf page)
    {
        var isFull = rows.Count > page.Limit;
        if (isFull)
            rows.RemoveAt(rows.Count - 1);
        if (page.IsBackward)
            rows.Reverse();
        return new RowPage<T>(rows, HasMore: page.IsBackward || isFull, HasEarlier: page.IsBackward ? isFull : page.After is not null);
    }
}
