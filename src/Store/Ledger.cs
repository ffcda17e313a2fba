using Npgsql;
using SweepCluster.Store.Administration;
using SweepCluster.Store.Launching;
using SweepCluster.Store.Leases;
using SweepCluster.Store.Migrations;
using SweepCluster.Store.News;
using SweepCluster.Store.Queries;
using SweepCluster.Store.Testing;
using SweepCluster.Store.Wire;

namespace SweepCluster.Store;

/// <summary>An open store, brought to this program's version.</summary>
public sealed class Ledger : IAsyncDisposable
{
    private const int UsualBuffer = 8192; // of the driver

    private Ledger(StoreAddress address, NpgsqlDataSource source)
    {
        Address = address;
        Source = source;
        Launch = new Launcher(source);
        Leases = new LeaseBook(source);
        Results = new ResultWriter(source);
        Silos = new SiloRegister(source);
        Sweeps = new SweepQueries(source);
        Trials = new TrialQueries(source);
        Control = new SweepControl(source);
        Removal = new SweepRemoval(source);
        Retention = new Retention(source);
        Archive = new SweepArchive(source);
        Export = new ExportQueries(source);
        Files = new DataFileBook(source);
        Tests = new TestBook(source);
        News = new NewsChannel(source);
    }

    public StoreAddress Address { get; }

    /// <summary>For queries of one's own; read the views, the tables behind them may change.</summary>
    public NpgsqlDataSource Source { get; }

    /// <summary>Puts a sweep and its trials into the store.</summary>
    public Launcher Launch { get; }

    /// <summary>Claim, renew, rescue.</summary>
    public LeaseBook Leases { get; }

    /// <summary>What the holder of a lease writes: progress and endings.</summary>
    public ResultWriter Results { get; }

    public SiloRegister Silos { get; }

    public SweepQueries Sweeps { get; }

    public TrialQueries Trials { get; }

    /// <summary>Cancel, pause, resume, retry.</summary>
    public SweepControl Control { get; }

    public SweepRemoval Removal { get; }

    public Retention Retention { get; }

    /// <summary>Whole sweeps from one store to another.</summary>
    public SweepArchive Archive { get; }

    public ExportQueries Export { get; }

    public DataFileBook Files { get; }

    /// <summary>The one look at each sweep's test part.</summary>
    public TestBook Tests { get; }

    /// <summary>What happens right now, for whoever watches.</summary>
    public NewsChannel News { get; }

    /// <exception cref="StoreException">Unreachable, of a newer version, or without the rights.</exception>
    public static async Task<Ledger> OpenAsync(StoreAddress address, CancellationToken cancel = default)
    {
        var source = Connect(address);
        try
        {
            await Schema.BringUpAsync(source, address, cancel);
            return new Ledger(address, source);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            await source.DisposeAsync();
            if (StoreFailures.Explain(e, address) is { } explained && explained != e) throw explained;
            throw;
        }
    }

    public ValueTask DisposeAsync() => Source.DisposeAsync();

    /// <summary>Brings a store to this program's version, as opening it does.</summary>
    /// <returns>The migrations that were made now, oldest first.</returns>
    /// <exception cref="StoreException">Unreachable, of a newer version, or without the rights.</exception>
    public static async Task<IReadOnlyList<string>> MigrateAsync(StoreAddress address, CancellationToken cancel = default)
    {
        await using var source = Connect(address);
        try
        {
            return await Schema.BringUpAsync(source, address, cancel);
        }
        catch (Exception e) when (e is not OperationCanceledException && StoreFailures.Explain(e, address) is { } explained && explained != e)
        {
            throw explained;
        }
    }

    private static NpgsqlDataSource Connect(StoreAddress address)
    {
        var connection = new NpgsqlConnectionStringBuilder(address.ConnectionString);
        // The same few statements for ever: parse and plan them once per connection.
        if (connection.MaxAutoPrepare == 0)
        {
            connection.MaxAutoPrepare = 40;
            connection.AutoPrepareMinUsages = 2;
        }
        // The end of a trial brings the server a megabyte: in pieces of the usual 8 KiB it would be woken for each.
        if (connection.WriteBufferSize == UsualBuffer) connection.WriteBufferSize = 8 * UsualBuffer;
        connection.ApplicationName ??= "sweep";
        connection.NoResetOnClose = true;
        // A cut network says nothing: ask the other side now and then whether it is still there.
        if (connection.Host is { } host && !host.StartsWith('/'))
        {
            connection.TcpKeepAlive = true;
            connection.TcpKeepAliveTime = 10;
            connection.TcpKeepAliveInterval = 5;
        }
        var builder = new NpgsqlDataSourceBuilder(connection.ConnectionString);
#pragma warning disable NPG9001 // see RealArray
        builder.AddTypeInfoResolverFactory(new RealArray.Factory());
#pragma warning restore NPG9001
        return builder.Build();
    }
}
