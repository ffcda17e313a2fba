using Npgsql;
using SweepCluster.Store;

namespace SweepCluster.Reports.Service;

/// <summary>How the service reads: under a database role that cannot write, in transactions that cannot either.</summary>
public static class ReadingRole
{
    /// <summary>The role that a store's views are granted to.</summary>
    public const string Name = "sweep_reader";

    // A figure takes a second; a table of a hundred thousand trials over a slow line takes a while.
    private const string Limits = "-c default_transaction_read_only=on -c statement_timeout=120s -c idle_in_transaction_session_timeout=120s";

    private const int MostConnections = 24;

    /// <summary>Connections for reading alone.</summary>
    /// <param name="login">Who logs in. It becomes <see cref="Name"/> where it may.</param>
    /// <returns>And whether it does.</returns>
    public static async Task<(NpgsqlDataSource Source, bool IsReader)> OpenAsync(StoreAddress login, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(login);
        try
        {
            var isReader = await MayBecomeReaderAsync(login, ct);
            var connection = new NpgsqlConnectionStringBuilder(login.ConnectionString) { ApplicationName = "sweep reports", MaxPoolSize = MostConnections, Timeout = 10 };
            connection.Options = string.Join(' ', new[] { connection.Options, Limits, isReader ? $"-c role={Name}" : null }.Where(part => part is { Length: > 0 }));
            return (NpgsqlDataSource.Create(connection), isReader);
        }
        catch (NpgsqlException e) when (StoreFailures.Explain(e, login) is { } explained)
        {
            throw explained;
        }
    }

    private static async Task<bool> MayBecomeReaderAsync(StoreAddress login, CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(login.ConnectionString);
        await connection.OpenAsync(ct);
        // Whoever may not read at all is refused here, and not with each page.
        await using var look = new NpgsqlCommand("SELECT FROM public.sweeps LIMIT 0", connection);
        await look.ExecuteNonQueryAsync(ct);
        await using var command = new NpgsqlCommand(
            $"SELECT coalesce(pg_has_role(to_regrole('{Name}'), 'MEMBER') AND has_table_privilege(to_regrole('{Name}'), 'public.sweeps', 'SELECT'), false)", connection);
        return (bool)(await command.ExecuteScalarAsync(ct))!;
    }
}
