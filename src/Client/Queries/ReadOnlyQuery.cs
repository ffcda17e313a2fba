using System.Runtime.CompilerServices;
using Npgsql;
using SweepCluster.Store;

namespace SweepCluster.Client.Queries;

/// <summary>
/// One statement of the user's own, under three guards: the reading role, a read-only transaction, and a time-out. The values
/// come as PostgreSQL's own text, so every type there is can be shown.
/// </summary>
internal sealed class ReadOnlyQuery : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;
    private NpgsqlTransaction? _transaction;
    private NpgsqlDataReader? _reader;
    private string[] _types = [];

    private ReadOnlyQuery(NpgsqlConnection connection) => _connection = connection;

    public IReadOnlyList<string> Columns { get; private set; } = [];

    /// <summary>Whether the column at this place holds numbers.</summary>
    public bool IsNumber(int column) => ServerText.IsNumber(_types[column]);

    /// <exception cref="PostgresException">The server refuses the statement; see <see cref="QueryMistake"/>.</exception>
    public static async Task<ReadOnlyQuery> StartAsync(StoreAddress reader, string sql, TimeSpan timeout, CancellationToken cancel)
    {
        var query = new ReadOnlyQuery(new NpgsqlConnection(reader.ConnectionString));
        try
        {
            await query.StartAsync(sql, timeout, cancel);
            return query;
        }
        catch
        {
            await query.DisposeAsync();
            throw;
        }
    }

    public async IAsyncEnumerable<object?[]> RowsAsync([EnumeratorCancellation] CancellationToken cancel = default)
    {
        while (await _reader!.ReadAsync(cancel))
        {
            var row = new object?[_types.Length];
            for (var i = 0; i < row.Length; i++)
                row[i] = _reader.IsDBNull(i) ? null : ServerText.ToValue(_reader.GetString(i), _types[i]);
            yield return row;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_reader is not null)
            await _reader.DisposeAsync();
        if (_transaction is not null)
            await _transaction.DisposeAsync();
        await _connection.DisposeAsync();
    }

    private async Task StartAsync(string sql, TimeSpan timeout, CancellationToken cancel)
    {
        await _connection.OpenAsync(cancel);
        // A transaction of our own, because a DO block could end the one that the server makes for it and begin a writing one.
        _transaction = await _connection.BeginTransactionAsync(cancel);
        await using (var guards = new NpgsqlCommand("SELECT set_config('transaction_read_only', 'on', true), set_config('statement_timeout', $1, true)", _connection))
        {
            guards.Parameters.Add(new() { Value = ((long)timeout.TotalMilliseconds).ToString() });
            await guards.ExecuteNonQueryAsync(cancel);
        }
        // A plain command would run several statements in turn; a batch takes its command as one, and the server refuses several.
        await using (var batch = new NpgsqlBatch(_connection) { BatchCommands = { new NpgsqlBatchCommand(sql) } })
            await batch.PrepareAsync(cancel);
        var command = new NpgsqlCommand(sql, _connection) { AllResultTypesAreUnknown = true, CommandTimeout = 0 };
        _reader = await command.ExecuteReaderAsync(cancel);
        if (_reader.FieldCount == 0)
            throw new UserMistake("the statement gives no rows; a query is a SELECT");
        Columns = [.. Enumerable.Range(0, _reader.FieldCount).Select(_reader.GetName)];
        _types = [.. Enumerable.Range(0, _reader.FieldCount).Select(_reader.GetDataTypeName)];
    }
}
