using System.CommandLine;
using System.Net.Sockets;
using Npgsql;
using SweepCluster.Store;
using SweepCluster.Store.Embedded;

namespace SweepCluster.Client;

/// <summary>An open store for the time of one command: the one that --store or SWEEP_STORE names, else the user's private one.</summary>
internal sealed class StoreSession : IAsyncDisposable
{
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
        Description = $"PostgreSQL to use, as postgresql://user@host/database, or file:PATH of a file that holds such an address, with its password. Default: {StoreName.Variable}, {StoreName.FileVariable}, else a private one on this machine.",
        HelpName = "URL",
    };

    /// <summary>The URL of a shared store, for commands that make no sense on the private one.</summary>
    public static StoreAddress Shared(string? url, string instead) =>
        StoreName.Read(url) ?? throw new UserMistake($"name the cluster's store with --store URL or {StoreName.Variable}; {instead}");

    /// <summary>Whether a server is named, so that the private one is not used.</summary>
    public static bool IsShared(string? url) => StoreName.Read(url) is not null;

    /// <summary>Opens the store, does the work, closes the store; the store's failures become <see cref="StoreException"/>.</summary>
    public static Task<int> UseAsync(string? url, Func<StoreSession, Task<int>> work, CancellationToken cancel) => UseAsync(StoreName.Read(url), work, cancel);

    /// <inheritdoc cref="UseAsync(string?, Func{StoreSession, Task{int}}, CancellationToken)"/>
    public static async Task<int> UseAsync(StoreAddress? address, Func<StoreSession, Task<int>> work, CancellationToken cancel)
    {
        await using var session = await OpenAsync(address, cancel);
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

    /// <summary>The address of the store, its server started if it is the private one, and nothing in it looked at or changed.</summary>
    public static async Task<int> ReachAsync(string? url, Func<StoreAddress, Task<int>> work, CancellationToken cancel)
    {
        if (StoreName.Read(url) is { } address) return await work(address);
        await using var postgres = await PrivatePostgres.StartAsync(PrivatePostgresOptions.FromEnvironment(), cancel);
        return await work(postgres.Owner);
    }

    public async ValueTask DisposeAsync()
    {
        await Ledger.DisposeAsync();
        if (_postgres is not null)
            await _postgres.DisposeAsync();
    }

    private static async Task<StoreSession> OpenAsync(StoreAddress? address, CancellationToken cancel)
    {
        if (address is not null) return new StoreSession(await Ledger.OpenAsync(address, cancel), address, null);
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
}
