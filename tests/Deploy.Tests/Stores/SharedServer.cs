using System.Net;
using System.Net.Sockets;
using Npgsql;
using SweepCluster.Store;

namespace SweepCluster.Deploy.Tests.Stores;

/// <summary>
/// A PostgreSQL as a team has it: reached over TLS with passwords, owner, silos and readers apart. The tests' own superuser comes
/// through the socket.
/// </summary>
public sealed class SharedServer : IDisposable
{
    /// <summary>Of every login; nothing may ever say it.</summary>
    public const string Password = "hush-4711-hush";

    private readonly PostgresServer _server;

    public SharedServer()
    {
        Folder = Directory.CreateTempSubdirectory("sweep-deploy-tests-").FullName;
        // The server's user passes through to its data.
        File.SetUnixFileMode(Folder, File.GetUnixFileMode(Folder) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        Port = FreePort();
        var data = Directory.CreateDirectory(Path.Combine(Folder, "server")).FullName;
        _server = new PostgresServer(data, listen: "127.0.0.1", settings: $"-c port={Port}");
        using (var authority = new Authority("the team's"))
        {
            authority.WriteRoot(Root);
            authority.WriteServer($"{data}/server.crt", $"{data}/server.key");
        }
        if (Environment.IsPrivilegedProcess) Shell.Run("chown", "postgres", $"{data}/server.crt", $"{data}/server.key");
        File.WriteAllText($"{data}/data/pg_hba.conf", "local all tester trust\nlocal all all scram-sha-256\nhostssl all all 127.0.0.1/32 scram-sha-256\n");
        Execute("postgres", $"ALTER SYSTEM SET ssl_cert_file = '{data}/server.crt'", $"ALTER SYSTEM SET ssl_key_file = '{data}/server.key'", "ALTER SYSTEM SET ssl = on", "SELECT pg_reload_conf()");
        Execute("postgres", $"CREATE ROLE keeper LOGIN CREATEROLE PASSWORD '{Password}'");
    }

    public string Folder { get; }

    public int Port { get; }

    /// <summary>Certificate of the authority that the server's is from.</summary>
    public string Root => Path.Combine(Folder, "root.crt");

    internal PostgresServer Postgres => _server;

    /// <summary>An empty database that keeper owns.</summary>
    public string NewDatabase()
    {
        var name = "team" + Guid.NewGuid().ToString("N")[..8];
        Execute("postgres", $"CREATE DATABASE {name} OWNER keeper");
        return name;
    }

    /// <summary>A login that is a member of a role.</summary>
    public string NewLogin(string role)
    {
        var name = "login" + Guid.NewGuid().ToString("N")[..8];
        Execute("postgres", $"CREATE ROLE {name} LOGIN PASSWORD '{Password}' IN ROLE {role}");
        return name;
    }

    /// <summary>As a person writes it, password and all.</summary>
    public string Url(string database, string login = "keeper", string host = "localhost", string? options = null, string password = Password) =>
        $"postgresql://{login}:{password}@{host}:{Port}/{database}?{options ?? $"sslmode=verify-full&sslrootcert={Root}"}";

    /// <summary>Through the socket, as the superuser.</summary>
    public StoreAddress Superuser(string database) =>
        StoreAddress.From(new NpgsqlConnectionStringBuilder(_server.AddressOf(database).ConnectionString) { Port = Port });

    /// <summary>A store that its owner has made, looked at by the superuser.</summary>
    public async Task<Ledger> OpenAsync(string database)
    {
        await Ledger.MigrateAsync(StoreAddress.Parse(Url(database)));
        return await Ledger.OpenAsync(Superuser(database));
    }

    public void Execute(string database, params string[] statements)
    {
        using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(Superuser(database).ConnectionString) { Pooling = false }.ConnectionString);
        connection.Open();
        foreach (var statement in statements)
        {
            using var command = new NpgsqlCommand(statement, connection);
            command.ExecuteNonQuery();
        }
    }

    /// <summary>Runs sweep with a store in its environment.</summary>
    internal SweepProgram Start(string url, string[] arguments, params (string Name, string Value)[] more) =>
        SweepProgram.Start("/nonexistent", Folder, arguments, [("SWEEP_STORE", url), .. more]);

    /// <param name="program">Another build of sweep.dll.</param>
    internal SweepProgram StartOf(string program, string url, params string[] arguments) =>
        SweepProgram.StartOf(program, "/nonexistent", Folder, arguments, ("SWEEP_STORE", url));

    internal Task<Result> RunAsync(string url, params string[] arguments) => Start(url, arguments).EndAsync();

    public void Dispose()
    {
        _server.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    internal static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

[CollectionDefinition(Name)]
public sealed class OneSharedServer : ICollectionFixture<SharedServer>
{
    public const string Name = "one shared server";
}
