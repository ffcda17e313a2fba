using System.Globalization;
using Npgsql;

namespace SweepCluster.Reports.Rows;

internal enum TrialOrder
{
    Grid,

    /// <summary>The best by the sweep's objective first.</summary>
    Best,
    Validation,
    Training,
    Seconds,
    Epochs,
}

/// <summary>A condition on a hyperparameter: <c>regularization.l2&lt;=1e-3</c>.</summary>
/// <param name="Operator">One of = != &lt; &lt;= &gt; &gt;=.</param>
internal sealed record TrialCondition(string Key, string Operator, string Value)
{
    private static readonly string[] Operators = ["!=", "<=", ">=", "=", "<", ">"];

    /// <returns>Null when it is no condition.</returns>
    public static TrialCondition? Parse(string text)
    {
        var at = text.AsSpan().IndexOfAny("!<>=");
        if (at <= 0)
            return null;
        var sign = Operators.FirstOrDefault(sign => text.AsSpan(at).StartsWith(sign, StringComparison.Ordinal));
        return sign is null ? null : new TrialCondition(text[..at].Trim(), sign, text[(at + sign.Length)..].Trim());
    }

    /// <summary>Null when the value is no number.</summary>
    public double? Number => double.TryParse(Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;
}

/// <summary>Which trials of a sweep, in which order.</summary>
internal sealed record TrialFilter(string? State, int? Replicate, IReadOnlyList<TrialCondition> Where, TrialOrder Order)
{
    public static TrialFilter All { get; } = new(null, null, [], TrialOrder.Grid);

    /// <summary>What the best is the best by.</summary>
    public Measure Objective { get; init; } = Measure.Validation;
}

/// <summary>The trials of a sweep by pages, each found by the trial it begins at.</summary>
internal static class TrialList
{
    public static async Task<RowPage<TrialRow>> ReadAsync(NpgsqlDataSource store, string sweep, TrialFilter filter, PageOf page, CancellationToken ct)
    {
        // What has no loss, or NaN, stands last.
        string[] keys = filter.Order switch
        {
            // What has not finished may look good because it has not.
            TrialOrder.Best => [$"CASE WHEN state IN ('Completed', 'Stopped') THEN coalesce({(filter.Objective.Maximizes == true ? "-" : "")}{Value(filter.Objective)}, 'NaN') ELSE 'NaN' END", "id"],
            TrialOrder.Validation => ["coalesce(validation_loss, 'NaN')", "id"],
            TrialOrder.Training => ["coalesce(training_loss, 'NaN')", "id"],
            TrialOrder.Seconds => ["seconds", "id"],
            TrialOrder.Epochs => ["epochs", "id"],
            _ => ["ordinal", "replicate", "id"],
        };
        await using var connection = await store.OpenConnectionAsync(ct);
        await using var command = new NpgsqlCommand { Connection = connection };
        var where = new List<string> { $"sweep = {SweepList.Add(command, sweep)}" };
        if (filter.State is { Length: > 0 } state)
            where.Add($"state = {SweepList.Add(command, state)}");
        if (filter.Replicate is { } replicate)
            where.Add($"replicate = {Add(command, replicate)}");
        where.AddRange(filter.Where.Select(condition => Condition(command, condition)));
        if ((page.After ?? page.Before) is { } cursor && !await AddCursorAsync(connection, command, sweep, keys, cursor, page.IsBackward ? "<" : ">", where, ct))
            return new RowPage<TrialRow>([], HasMore: false, HasEarlier: false);
        var direction = page.IsBackward ? " DESC" : "";
        command.CommandText = $"{SweepReader.TrialRows} WHERE {string.Join(" AND ", where)} ORDER BY {string.Join(", ", keys.Select(key => key + direction))} LIMIT {page.Limit + 1}";
        await using var reader = await command.ExecuteReaderAsync(ct);
        var rows = new List<TrialRow>();
        while (await reader.ReadAsync(ct))
            rows.Add(SweepReader.Trial(reader));
        return Paging.Cut(rows, page);
    }

    // A name from the store, where anything may stand, as a literal.
    private static string Value(Measure measure) => measure.IsLoss ? $"{measure.Name}_loss" : $"(metrics ->> '{measure.Name.Replace("'", "''", StringComparison.Ordinal)}')::float8";

    public static async Task<IReadOnlyDictionary<string, long>> CountsAsync(NpgsqlDataSource store, string sweep, CancellationToken ct)
    {
        await using var command = store.CreateCommand("SELECT state, count(*) FROM trials WHERE sweep = $1 GROUP BY state ORDER BY state");
        SweepList.Add(command, sweep);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var counts = new Dictionary<string, long>();
        while (await reader.ReadAsync(ct))
            counts.Add(reader.GetString(0), reader.GetInt64(1));
        return counts;
    }

    // A row's place as values and not as a subquery: only so does the server walk an index to it.
    private static async Task<bool> AddCursorAsync(
        NpgsqlConnection connection, NpgsqlCommand command, string sweep, string[] keys, string cursor, string sign, List<string> where, CancellationToken ct)
    {
        if (!long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
            return false;
        await using var place = new NpgsqlCommand($"SELECT {string.Join(", ", keys)} FROM trials WHERE id = $1 AND sweep = $2", connection);
        Add(place, id);
        SweepList.Add(place, sweep);
        await using var reader = await place.ExecuteReaderAsync(ct);
        if (!await reader.ReadAsync(ct))
            return false;
        where.Add($"({string.Join(", ", keys)}) {sign} ({string.Join(", ", keys.Select((_, i) => Add(command, reader.GetValue(i))))})");
        return true;
    }

    private static string Condition(NpgsqlCommand command, TrialCondition condition)
    {
        var key = SweepList.Add(command, condition.Key);
        var sign = condition.Operator == "!=" ? "<>" : condition.Operator;
        return condition.Number is { } number
            ? $"(CASE WHEN jsonb_typeof(configuration -> {key}) = 'number' THEN (configuration ->> {key})::float8 END) {sign} {Add(command, number)}"
            : $"configuration ->> {key} {sign} {SweepList.Add(command, condition.Value)}";
    }

    private static string Add(NpgsqlCommand command, object value)
    {
        command.Parameters.Add(new NpgsqlParameter { Value = value });
        return $"${command.Parameters.Count}";
    }
}
