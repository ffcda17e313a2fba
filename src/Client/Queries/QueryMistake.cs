using Npgsql;

namespace SweepCluster.Client.Queries;

/// <summary>Says in words why the server refused a query, with the place in the text.</summary>
internal static class QueryMistake
{
    private const string Views = "sweeps, trials, losses, metrics, attempts, snapshots, logs, silos, fits, data_sets";

    /// <summary>Null when the query is not to blame.</summary>
    public static UserMistake? Explain(PostgresException error, string sql, TimeSpan timeout) => error.SqlState switch
    {
        PostgresErrorCodes.QueryCanceled => new UserMistake($"the query took longer than {Numbers.Duration(timeout)} and was stopped; ask for less, or raise --timeout"),
        PostgresErrorCodes.ReadOnlySqlTransaction or PostgresErrorCodes.InsufficientPrivilege =>
            new UserMistake($"`sweep query` only reads, and only these views: {Views} ({error.MessageText})"),
        PostgresErrorCodes.SyntaxError when error.Routine == "exec_parse_message" => new UserMistake("a query is one statement; found several, separated by ';'"),
        PostgresErrorCodes.UndefinedTable => new UserMistake($"{error.MessageText}; the views are {Views}{Place(sql, error.Position)}"),
        // Connections, resources, operators, systems, and PostgreSQL's own bugs: not the query's doing.
        ['0', '8', ..] or ['5', '3' or '7' or '8', ..] or ['X', 'X', ..] => null,
        _ => new UserMistake($"{error.MessageText}{(error.Hint is { } hint ? $" ({hint})" : "")}{Place(sql, error.Position)}"),
    };

    /// <summary>The line of the query that holds the position (in characters from 1; 0 is none), and a caret under it.</summary>
    private static string Place(string sql, int position)
    {
        // The server counts code points, C# counts UTF-16 units.
        var at = 0;
        for (var i = 1; i < position && at < sql.Length; i++)
            at += char.IsHighSurrogate(sql[at]) ? 2 : 1;
        if (position <= 0 || at > sql.Length)
            return "";
        var start = at == 0 ? 0 : sql.LastIndexOf('\n', at - 1) + 1;
        var end = sql.IndexOf('\n', at) is >= 0 and var next ? next : sql.Length;
        return $"\n  {sql[start..end].Replace('\t', ' ')}\n  {new string(' ', sql[start..at].EnumerateRunes().Count())}^";
    }
}
