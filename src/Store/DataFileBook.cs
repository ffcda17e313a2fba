using Npgsql;

namespace SweepCluster.Store;

/// <summary>Users' tables, each content once, under its SHA-256.</summary>
public sealed class DataFileBook
{
    private readonly NpgsqlDataSource _source;

    internal DataFileBook(NpgsqlDataSource source) => _source = source;

    /// <returns>Null where the store does not have it.</returns>
    public async Task<byte[]?> ReadAsync(string sha256, CancellationToken cancel = default)
    {
        await using var command = _source.CreateCommand("SELECT content FROM ledger.data_files WHERE sha256 = $1");
        command.Parameters.Add(new() { Value = sha256 });
        return await command.ExecuteScalarAsync(cancel) as byte[];
    }

    internal static async Task KeepAsync(NpgsqlConnection connection, string sha256, ReadOnlyMemory<byte> content, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand("INSERT INTO ledger.data_files (sha256, content) VALUES ($1, $2) ON CONFLICT DO NOTHING", connection)
        {
            Parameters = { new() { Value = sha256 }, new NpgsqlParameter<ReadOnlyMemory<byte>> { TypedValue = content } },
            CommandTimeout = 0,
        };
        await command.ExecuteNonQueryAsync(cancel);
    }
}
