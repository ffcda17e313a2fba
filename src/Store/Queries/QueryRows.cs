using System.Runtime.CompilerServices;
using Npgsql;

namespace SweepCluster.Store.Queries;

/// <summary>Rows as they come from the server, with the names of their columns; dispose it to give the connection back.</summary>
public sealed class QueryRows : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlDataReader _reader;
    private readonly Func<NpgsqlDataReader, object?[]> _read;

    internal QueryRows(NpgsqlConnection connection, NpgsqlDataReader reader, IReadOnlyList<string> columns, Func<NpgsqlDataReader, object?[]> read)
    {
        (_connection, _reader, _read) = (connection, reader, read);
        Columns = columns;
    }

    public IReadOnlyList<string> Columns { get; }

    /// <summary>Each row once; values are long, int, double, float, bool, string, DateTime, arrays of these, or null.</summary>
    public async IAsyncEnumerable<object?[]> RowsAsync([EnumeratorCancellation] CancellationToken cancel = default)
    {
        while (await _reader.ReadAsync(cancel)) yield return _read(_reader);
    }

    internal static IReadOnlyList<string> NamesOf(NpgsqlDataReader reader) =>
        [.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetName)];

    public async ValueTask DisposeAsync()
    {
        await _reader.DisposeAsync();
        await _connection.DisposeAsync();
    }
}
