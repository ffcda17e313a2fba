using Npgsql;

namespace SweepCluster.Store.Administration;

/// <summary>
/// The roles of a shared store. Whoever owns the database is the owner: it alone changes the schema. Logins are made by whoever runs
/// the server, <c>CREATE ROLE rack7 LOGIN IN ROLE sweep_silo</c>, and may do what their role may.
/// </summary>
public static class StoreRoles
{
    /// <summary>Trains, launches and controls: reads and writes rows, changes no schema.</summary>
    public const string Silo = "sweep_silo";

    /// <summary>Reads the views.</summary>
    public const string Reader = "sweep_reader";

    /// <summary>For a superuser, where the owner of the database may not make roles.</summary>
    public static readonly string Creation = $"CREATE ROLE {Silo} NOLOGIN; CREATE ROLE {Reader} NOLOGIN;";

    private static readonly Lazy<string> Grants = new(ReadGrants);

    /// <summary>Makes the roles that the server lacks and grants both what they may do.</summary>
    /// <returns>The roles that were made now.</returns>
    /// <exception cref="StoreRightsException">The login does not own the store, or may not make roles; the message says who may, and how.</exception>
    public static async Task<IReadOnlyList<string>> EnsureAsync(Ledger ledger, CancellationToken cancel = default)
    {
        await using var connection = await ledger.Source.OpenConnectionAsync(cancel);
        await MustOwnAsync(connection, ledger.Address, cancel);
        var made = new List<string>();
        foreach (var role in (string[])[Silo, Reader])
            if (await MakeAsync(connection, role, ledger.Address, cancel)) made.Add(role);
        await GrantAsync(connection, cancel);
        await ClosePublicAsync(connection, cancel);
        return made;
    }

    /// <summary>Grants the roles that are there what they may do, as after a migration.</summary>
    public static async Task RenewAsync(Ledger ledger, CancellationToken cancel = default)
    {
        await using var connection = await ledger.Source.OpenConnectionAsync(cancel);
        await GrantAsync(connection, cancel);
    }

    internal static async Task GrantAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(Grants.Value, connection);
        await command.ExecuteNonQueryAsync(cancel);
    }

    // The server only warns who grants what is not his to give.
    private static async Task MustOwnAsync(NpgsqlConnection connection, StoreAddress address, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand($"SELECT has_schema_privilege('{LedgerContext.Schema}', 'CREATE')", connection);
        if (await command.ExecuteScalarAsync(cancel) is not true)
            throw new StoreRightsException($"the role of {address} does not own the store and has no rights to give: run `sweep db roles` as the role that owns the database");
    }

    private static async Task<bool> MakeAsync(NpgsqlConnection connection, string role, StoreAddress address, CancellationToken cancel)
    {
        await using (var exists = new NpgsqlCommand($"SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}')", connection))
            if (await exists.ExecuteScalarAsync(cancel) is true) return false;
        try
        {
            await using var create = new NpgsqlCommand($"CREATE ROLE {role} NOLOGIN", connection);
            await create.ExecuteNonQueryAsync(cancel);
            return true;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.DuplicateObject)
        {
            return false; // another one made it meanwhile
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new StoreRightsException($"the role of {address} may not make roles: have an administrator of the server run `{Creation}` once, then do this again", e);
        }
    }

    // Before version 15 everybody may make tables in public; only its owner can end that.
    private static async Task ClosePublicAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(
            "DO $$ BEGIN REVOKE CREATE ON SCHEMA public FROM PUBLIC; EXCEPTION WHEN insufficient_privilege THEN NULL; END $$", connection);
        await command.ExecuteNonQueryAsync(cancel);
    }

    private static string ReadGrants()
    {
        using var stream = typeof(StoreRoles).Assembly.GetManifestResourceStream("Grants.sql") ?? throw new InvalidOperationException("the assembly holds no script Grants.sql");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
