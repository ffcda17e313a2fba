using Npgsql;

namespace SweepCluster.Store.Embedded;

/// <summary>
/// A PostgreSQL of the user's own, started by the first command that needs it and stopped by the last (see README.md beside
/// this file). Dispose it when the command ends.
/// </summary>
public sealed class PrivatePostgres : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    private readonly PrivatePostgresOptions _options;
    private readonly PrivateCluster _cluster;
    private readonly FileStream _presence;

    private PrivatePostgres(PrivatePostgresOptions options, PrivateCluster cluster, PrivateRoles roles, FileStream presence)
    {
        _options = options;
        _cluster = cluster;
        _presence = presence;
        Owner = Address(PrivateRoles.Owner, roles.OwnerPassword);
        Reader = Address(PrivateRoles.Reader, roles.ReaderPassword);
    }

    /// <summary>For everything that writes: owns the database, is no superuser.</summary>
    public StoreAddress Owner { get; }

    /// <summary>For queries: reads the views and nothing else.</summary>
    public StoreAddress Reader { get; }

    /// <summary>Starts the server, or joins the one that runs already.</summary>
    /// <exception cref="PrivatePostgresException">No server programs, no rights, no disk, or it does not come up in time.</exception>
    public static async Task<PrivatePostgres> StartAsync(PrivatePostgresOptions options, CancellationToken cancel = default)
    {
        try
        {
            // Others may pass through root's folder to reach the store beneath it; they can list nothing.
            Directory.CreateDirectory(options.Home, (UnixFileMode)(Environment.IsPrivilegedProcess ? 0b111_001_001 : 0b111_000_000));
            await using var starting = await LockAsync(options, cancel);
            var cluster = new PrivateCluster(options);
            var roles = PrivateRoles.In(options.Home);
            if (!cluster.IsInitialised) cluster.Initialise(roles);
            var postgres = new PrivatePostgres(options, cluster, roles, PresenceLock.Share(Path.Combine(options.Home, "users.lock")));
            try
            {
                await postgres.ReachAsync(cancel);
                return postgres;
            }
            catch
            {
                await postgres._presence.DisposeAsync();
                throw;
            }
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw new PrivatePostgresException($"cannot use {options.Home} for the private store: {e.Message} Name another folder in SWEEP_HOME, or a server with --store.", e);
        }
    }

    /// <summary>Stops the server if nobody else uses it.</summary>
    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools(); // idle connections would be cut by the server instead
        await using var starting = await LockAsync(_options, CancellationToken.None);
        await _presence.DisposeAsync();
        await using var alone = PresenceLock.TryExclusive(Path.Combine(_options.Home, "users.lock"));
        if (alone is not null) await _cluster.StopAsync();
    }

    private async Task ReachAsync(CancellationToken cancel)
    {
        if (_cluster.IsAlive)
        {
            if (await AnswersAsync(cancel)) return;
        }
        else
        {
            // The driver takes as long to get ready for its first question as the server to start, so ask once meanwhile.
            var starting = Task.Run(_cluster.Start, cancel);
            await AnswersAsync(cancel);
            await starting;
        }
        for (var waited = TimeSpan.Zero; waited < _options.StartTimeout; waited += Pause)
        {
            // A postmaster killed a moment ago leaves children that hold its memory until they notice: try again until they do.
            if (waited > TimeSpan.Zero && waited.TotalMilliseconds % 500 == 0 && !_cluster.IsAlive) _cluster.Start();
            if (_cluster.HasSocket && await AnswersAsync(cancel)) return;
            await Task.Delay(Pause, cancel);
        }
        throw new PrivatePostgresException($"the private PostgreSQL did not answer within {_options.StartTimeout.TotalSeconds:0} s; its log {_cluster.Log} ends: {_cluster.LastWords()}");
    }

    private async Task<bool> AnswersAsync(CancellationToken cancel)
    {
        try
        {
            // A pooled connection would open without asking the server.
            var address = new NpgsqlConnectionStringBuilder(Owner.ConnectionString) { Pooling = false };
            await using var connection = new NpgsqlConnection(address.ConnectionString);
            await connection.OpenAsync(cancel);
            return true;
        }
        // Not there yet, starting up (57P03), or shutting down: all of them mean "ask again".
        catch (NpgsqlException e) when (e is not PostgresException { SqlState: not ("57P03" or "57P01") })
        {
            return false;
        }
    }

    private StoreAddress Address(string role, string password) =>
        StoreAddress.From(new NpgsqlConnectionStringBuilder
        {
            Host = _cluster.SocketFolder,
            Port = 5432,
            Database = PrivateRoles.Database,
            Username = role,
            Password = password,
        });

    private static Task<FileStream> LockAsync(PrivatePostgresOptions options, CancellationToken cancel) =>
        PresenceLock.ExclusiveAsync(Path.Combine(options.Home, "start.lock"), options.StartTimeout * 2, cancel);
}
