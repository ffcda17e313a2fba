using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using SweepCluster.Client.Progress;
using SweepCluster.Client.Watching;
using SweepCluster.Cluster.Tests.Conformance;
using SweepCluster.Cluster.Tests.Machines;
using SweepCluster.Contracts;
using SweepCluster.Grains;
using SweepCluster.Grains.Engines;
using SweepCluster.Silo;
using SweepCluster.Store;
using SweepCluster.Store.News;
using SweepCluster.Store.Tests;

namespace SweepCluster.Cluster.Tests.Watching;

public sealed class WatchTests
{
    [Fact]
    public async Task A_watcher_hears_losses_of_a_silo_elsewhere_and_ends_with_the_sweep()
    {
        var address = await TestServer.NewDatabaseAsync();
        await using var ledger = await Ledger.OpenAsync(address);
        await using var silo = await LiveSilo.StartAsync(address, l => Task.FromResult<IEngine>(new BuiltInEngine(l)));
        var specification = Sweeps.Endless();
        var sweep = await ledger.Launch.LaunchAsync(specification);
        using var view = new HeardView();

        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var following = new SweepWatch(ledger, sweep, specification, view, TimeProvider.System).FollowAsync(patience.Token);
        for (var i = 0; i < 3; i++) await view.HeardAsync();
        await ledger.Control.CancelAsync(sweep);
        await following;

        Assert.Equal(view.Epochs.Order(), view.Epochs);
        Assert.Contains(1, view.Ended);
        Assert.Equal(SweepState.Cancelled, (await ledger.Sweeps.GetAsync(sweep))!.State);
    }

    [Fact]
    public async Task Forty_watchers_load_the_store_hardly_more_than_one()
    {
        var address = await TestServer.NewDatabaseAsync();
        await using var ledger = await Ledger.OpenAsync(address);
        await using var silo = await LiveSilo.StartAsync(address, l => Task.FromResult<IEngine>(new BuiltInEngine(l)), LiveSilo.Options with { Grain = GrainOptions.Default });
        // Epochs of some milliseconds: their flushes are few and even.
        var specification = Sweeps.Tiny(1, epochs: 1_000_000, points: 50_000);
        var sweep = await ledger.Launch.LaunchAsync(specification);
        using var stop = new CancellationTokenSource();
        var watching = new List<Task>();
        var views = new List<HeardView>();

        async Task<double> ScansPerSecondAsync(int watchers)
        {
            while (watching.Count < watchers)
            {
                views.Add(new HeardView());
                watching.Add(new SweepWatch(ledger, sweep, specification, views[^1], TimeProvider.System).FollowAsync(stop.Token));
            }
            foreach (var view in views) await view.HeardAsync();
            var (before, took) = (await ScansAsync(ledger), Stopwatch.StartNew());
            foreach (var view in views) await view.HeardAsync();
            while (took.Elapsed < TimeSpan.FromSeconds(4)) await views[0].HeardAsync();
            return (await ScansAsync(ledger) - before) / took.Elapsed.TotalSeconds;
        }

        var (one, forty) = (await ScansPerSecondAsync(1), await ScansPerSecondAsync(40));
        await stop.CancelAsync();
        await Task.WhenAll(watching).ContinueWith(_ => { }, TaskScheduler.Default);

        // If each counted for itself that would be forty a second more.
        Assert.True(forty < one + 15, $"{one:0.0} scans of trials a second with one watcher, {forty:0.0} with forty");
    }

    [Fact]
    public async Task The_command_writes_what_it_sees_as_lines_and_cancel_ends_both()
    {
        var address = await TestServer.NewDatabaseAsync();
        await using var ledger = await Ledger.OpenAsync(address);
        var sweep = await ledger.Launch.LaunchAsync(Sweeps.Endless());
        using var silo = new SiloProcess(address, lease: 15);
        var dll = Path.Combine(AppContext.BaseDirectory, "sweep.dll");
        using var watch = Process.Start(new ProcessStartInfo("dotnet", [dll, "watch", $"{sweep}", "--json", "--store", $"{address}"]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        string? Next()
        {
            using var line = JsonDocument.Parse(watch.StandardOutput.ReadLine() ?? throw new InvalidOperationException(watch.StandardError.ReadToEnd()));
            return line.RootElement.GetProperty("event").GetString();
        }
        while (Next() != "epoch") { }

        await ledger.Control.CancelAsync(sweep);
        var asked = Stopwatch.StartNew();
        await ledger.BecomesAsync("select count(*) = 1 from trials where state = 'Cancelled'");
        Assert.InRange(asked.ElapsedMilliseconds, 0, Patience.Busy(1000));

        while (Next() is var next && next != "finished") { }
        watch.WaitForExit();
        Assert.Equal(1, watch.ExitCode);
        Assert.Contains("is Cancelled", watch.StandardError.ReadToEnd());
    }

    [Fact]
    public void News_go_in_as_few_texts_as_the_server_allows_and_come_out_as_they_went_in()
    {
        var sweep = new SweepId("0123abcd");
        var news = Enumerable.Range(1, 500).Select(i => new TrialNews(sweep, new TrialId(long.MaxValue - i), i, i % 3, TrialState.Completed, i, i % 7 == 0 ? null : 1.0 / i, -1e-300 / i)).ToList();
        var texts = NewsText.Write(sweep, news).ToList();
        Assert.All(texts, t => Assert.InRange(t.Length, 1, 7999));
        Assert.InRange(texts.Count, 2, 10);
        Assert.Equal(news, texts.SelectMany(t => NewsText.Read(t, sweep).News));
        Assert.Empty(NewsText.Read(texts[0], new SweepId("other")).News);
        Assert.All((string[])["", "[]", "{}", "[1]", "[\"0123abcd\",[1]]", "[\"0123abcd\",{\"Odd\":1}]"], t => Assert.Empty(NewsText.Read(t, sweep).News));
    }

    private static async Task<long> ScansAsync(Ledger ledger)
    {
        await ledger.AskAsync<object>("select pg_stat_force_next_flush()");
        return await ledger.AskAsync<long>("select seq_scan + coalesce(idx_scan, 0) from pg_stat_user_tables where schemaname = 'ledger' and relname = 'trials'");
    }

    private sealed class HeardView : IProgressView
    {
        private readonly SemaphoreSlim _epoch = new(0);

        public ConcurrentQueue<int> Epochs { get; } = new();

        public ConcurrentBag<long> Ended { get; } = [];

        public Task HeardAsync() => _epoch.WaitAsync(TimeSpan.FromSeconds(60));

        public void Trained(TrialId trial, int epoch, double training, double validation)
        {
            Epochs.Enqueue(epoch);
            _epoch.Release();
        }

        public void Started(TrialId trial, Configuration configuration, int replicate) { }

        void IProgressView.Ended(TrialId trial, TrialState state, TrialProgress progress, string? error, ProgressSnapshot snapshot) => Ended.Add(snapshot.Ended);

        public void Note(string text, ProgressSnapshot snapshot) { }

        public void Tick(ProgressSnapshot snapshot)
        {
            if (snapshot.Ended > 0) Ended.Add(snapshot.Ended);
        }

        public void Dispose() => _epoch.Dispose();
    }
}
