using Npgsql;
using SweepCluster.Store.Migrations;

namespace SweepCluster.Store.Administration;

/// <summary>What a login may do in a store.</summary>
public enum StoreRight
{
    /// <summary>It cannot even read the views.</summary>
    None,

    /// <summary>Reads the views.</summary>
    Reader,

    /// <summary>Reads and writes rows.</summary>
    Silo,

    /// <summary>Changes the schema.</summary>
    Owner,
}

/// <summary>How a store and a login stand to each other. Reading it changes nothing: no migration is made.</summary>
/// <param name="Server">Version of PostgreSQL.</param>
/// <param name="Login">The role that logged in.</param>
/// <param name="Encryption">TLS version and cipher; null: not encrypted.</param>
/// <param name="IsLocal">Through a socket of this machine.</param>
/// <param name="MissingRoles">Those of <see cref="StoreRoles"/> that the server lacks.</param>
public sealed record StoreStanding(
    string Server, string Login, string? Encryption, bool IsLocal, StoreRight Right, SchemaState Schema, IReadOnlyList<string> MissingRoles)
{
    /// <exception cref="StoreException">Unreachable, or the login is refused.</exception>
    public static async Task<StoreStanding> ReadAsync(StoreAddress address, CancellationToken cancel = default)
    {
        try
        {
            await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(address.ConnectionString) { Pooling = false }.ConnectionString);
            await connection.OpenAsync(cancel);
            var schema = await SchemaState.ReadAsync(connection, cancel);
            await using var command = new NpgsqlCommand(Question, connection);
            await using var reader = await command.ExecuteReaderAsync(cancel);
            await reader.ReadAsync(cancel);
            string[] missing = [.. new[] { (StoreRoles.Silo, 3), (StoreRoles.Reader, 4) }.Where(role => !reader.GetBoolean(role.Item2)).Select(role => role.Item1)];
            return new StoreStanding(
                reader.GetString(0).Split(' ')[0], reader.GetString(1), reader.IsDBNull(2) ? null : reader.GetString(2), reader.GetBoolean(8),
                RightOf(reader.GetBoolean(5), reader.GetBoolean(6), reader.GetBoolean(7)), schema, missing);
        }
        catch (Exception e) when (e is not OperationCanceledException && StoreFailures.Explain(e, address) is { } explained && explained != e)
        {
            throw explained;
        }
    }

    private static StoreRight RightOf(bool owner, bool silo, bool reader) =>
        owner ? StoreRight.Owner : silo ? StoreRight.Silo : reader ? StoreRight.Reader : StoreRight.None;

    // to_regclass would refuse to look into a schema that the login may not use, so names are looked up in the catalogue.
    private const string Question =
        """
        WITH named AS (
            SELECT n.nspname || '.' || c.relname AS name, c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE (n.nspname, c.relname) IN (('ledger', 'trials'), ('public', 'sweeps')))
        SELECT current_setting('server_version'), current_user::text,
               (SELECT version || ', ' || cipher FROM pg_stat_ssl WHERE pid = pg_backend_pid() AND ssl),
               EXISTS (SELECT FROM pg_roles WHERE rolname = 'sweep_silo'), EXISTS (SELECT FROM pg_roles WHERE rolname = 'sweep_reader'),
               coalesce((SELECT has_schema_privilege(oid, 'CREATE') FROM pg_namespace WHERE nspname = 'ledger'),
                        has_database_privilege(current_database(), 'CREATE')),
               coalesce((SELECT has_table_privilege(oid, 'UPDATE') FROM named WHERE name = 'ledger.trials'), false),
               coalesce((SELECT has_table_privilege(oid, 'SELECT') FROM named WHERE name = 'public.sweeps'), false),
               inet_server_addr() IS NULL
        """;
}
