using Npgsql;
using SweepCluster.Store.Embedded;

namespace SweepCluster.Client.Tests.Running;

/// <summary>
/// A private store of the tests' own, kept running while they last so that each command joins it in no time; and a folder to
/// work in.
/// </summary>
public sealed class PrivateStore : IAsyncLifetime
{
    private PrivatePostgres? _postgres;

    internal string Home { get; } = Path.Combine(Path.GetTempPath(), $"sweep-{Guid.NewGuid():N}"[..14]); // short: a socket's path has at most 107 bytes

    internal string Folder { get; } = Directory.CreateTempSubdirectory("sweep-tests-").FullName;

    /// <summary>The same store as a URL, for commands that want one.</summary>
    internal string Url
    {
        get
        {
            var connection = new NpgsqlConnectionStringBuilder(_postgres!.Owner.ConnectionString);
            return $"postgresql://{connection.Username}:{Uri.EscapeDataString(connection.Password!)}@/{connection.Database}?host={connection.Host}";
        }
    }

    /// <summary>A file that holds <see cref="Url"/>, as --store takes it: a password may not stand on a command line.</summary>
    internal string File
    {
        get
        {
            var path = Path.Combine(Folder, "store");
            System.IO.File.WriteAllText(path, Url);
            System.IO.File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            return $"file:{path}";
        }
    }

    public async Task InitializeAsync() =>
        _postgres = await PrivatePostgres.StartAsync(PrivatePostgresOptions.FromEnvironment() with { Home = Home });

    public async Task DisposeAsync()
    {
        if (_postgres is not null)
            await _postgres.DisposeAsync();
        Directory.Delete(Home, recursive: true);
        Directory.Delete(Folder, recursive: true);
    }

    internal SweepProgram Start(params string[] arguments) => SweepProgram.Start(Home, Folder, arguments);

    internal Task<Result> RunAsync(params string[] arguments) => Start(arguments).EndAsync();

    /// <summary>Writes a sweep file with a name of its own and gives its path.</summary>
    internal string Write(string name, string yaml)
    {
        var path = Path.Combine(Folder, name + ".yaml");
        System.IO.File.WriteAllText(path, yaml);
        return path;
    }

    /// <summary>Changes stored rows behind the program's back.</summary>
    internal async Task ChangeAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create(_postgres!.Owner.ConnectionString);
        await using var command = source.CreateCommand(sql);
        Assert.Equal(1, await command.ExecuteNonQueryAsync());
    }

    internal async Task<string> QueryAsync(string sql)
    {
        var result = await RunAsync("query", "--format", "csv", sql);
        Assert.Equal((0, ""), (result.Code, result.Error));
        return string.Join('\n', result.OutputLines.Skip(1));
    }
}

[CollectionDefinition(Name)]
public sealed class OnePrivateStore : ICollectionFixture<PrivateStore>
{
    public const string Name = "one private store";
}
