using System.CommandLine;
using System.Net.Sockets;
using Npgsql;
using SweepCluster.Store;
using SweepCluster.Store.Embedded;

namespace SweepCluster.Client;

/// <summary>An open store for the time of one command: the one that --store or SWEEP_STORE names, else the user's private one.</summary>
internal sealed class StoreSession : IAsyncDisposable
{
    private const string Variable = "SWEEP_STORE";

    private readonly PrivatePostgres? _postgres;

    private StoreSession(Ledger ledger, StoreAddress reader, PrivatePostgres? postgres)
    {
        (Ledger, Reader, _postgres) = (ledger, reader, postgres);
    }

    public Ledger Ledger { get; }

    /// <summary>For reading only. On a server of one's own it is the same role as the owner's: who may write there already can.</summary>
    public StoreAddress Reader { get; }

    public static Option<string?> Option() => new("--store")
    {
        Description = $"PostgreSQL to use, as postgresql://user:password@host/database. Default: {Variable}, else a private one on this machine.",
        HelpName = "URL",
    };

    /// <summary>The URL of a shared store, for commands that make no sense on the private one.</summary>
    public static string Shared(string? url, string instead) =>
        Named(url) ?? throw new UserMistake($"name the cluster's store with --store URL or {Variable}; {instead}");

    /// <summary>Whether a server is named, so that the private one is not used.</summary>
    public static bool IsShared(string? url) => Named(url) is not null;

    /// <summary>Opens the store, does the work, closes the store; the store's failures become <see cref="StoreException"/>.</summary>
    public static async Task<int> UseAsync(string? url, Func<StoreSession, Task<int>> work, CancellationToken cancel)
    {
        await using var session = await OpenAsync(Named(url), cancel);
        try
        {
            return await work(session);
        }
        catch (Exception e) when (e is NpgsqlException or SocketException or TimeoutException
            && StoreFailures.Explain(e, session.Ledger.Address) is { } explained && explained != e)
        {
            throw explained;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Ledger.DisposeAsync();
        if (_postgres is not null)
            await _postgres.DisposeAsync();
    }

    private static async Task<StoreSession> OpenAsync(string? url, CancellationToken cancel)
    {
        if (url is not null)
        {
            var address = Parse(url);
            return new StoreSession(await Ledger.OpenAsync(address, cancel), address, null);
        }
        var postgres = await PrivatePostgres.StartAsync(PrivatePostgresOptions.FromEnvironment(), cancel);
        try
        {
            return new StoreSession(await Ledger.OpenAsync(postgres.Owner, cancel), postgres.Reader, postgres);
        }
        catch
        {
            await postgres.DisposeAsync();
            throw;
        }
    }

    private static string? Named(string? url) =>
        url ?? (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named ? named : null);

    private static StoreAddress Parse(string url)
    {
        try
        {
            return StoreAddress.Parse(url);
        }
        catch (FormatException e)
        {
            throw new UserMistake(e.Message);
        }
    }
}
