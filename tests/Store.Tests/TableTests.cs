using Microsoft.Extensions.Logging.Abstractions;
using SweepCluster.Contracts;
using SweepCluster.Grains;
using SweepCluster.Silo;
using SweepCluster.Training;

namespace SweepCluster.Store.Tests;

/// <summary>A user's table, from the sweep file through the store to silos that never see the file.</summary>
public sealed class TableTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sweep").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Several_inputs_and_targets_are_trained_and_stored()
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        var specification = Read(Numbers(60), "targets: [sum, product], scale: standard");
        var sweep = await ledger.Launch.LaunchAsync(specification);
        File.Delete(Path.Combine(_folder, "table.csv"));

        var trial = Assert.Single(await TrainAsync(ledger, sweep));

        Assert.Equal((TrialState.Completed, 1), (trial.State, trial.Attempts));
        Assert.Equal("60/2/2", await ledger.AskAsync<string>("select rows || '/' || inputs || '/' || targets from data_sets where not classes"));
        Assert.Equal(120, await ledger.AskAsync<long>("select count(*) from fits where array_length(x, 1) = 2"));
        var plan = TrialPlan.Of(specification.Resolve(specification.ConfigurationAt(0), 0));
        var data = DataSet.Create(plan.Data, Tables.RowsOf(specification.DataFile!.Table));
        Assert.Equal(data.X.ToArray(), await ledger.AskAsync<float[]>("select array_agg(v order by row, n) from fits, unnest(x) with ordinality as u (v, n) where output = 0"));
        Assert.Equal(data.Y.ToArray(), await ledger.AskAsync<float[]>("select array_agg(target order by row, output) from fits"));
        var session = TrainingSession.Start(plan.Training, data);
        while (!session.IsFinished) session.RunEpoch();
        Assert.Equal(ParameterHash.Sha256(session.Parameters()), trial.ThetaSha256);
        Assert.Equal(session.Predict(), await ledger.AskAsync<float[]>("select array_agg(prediction order by row, output) from fits"));
    }

    [Fact]
    public async Task Classes_are_stored_with_their_probabilities()
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        var rows = string.Concat(Enumerable.Range(0, 90).Select(i => $"{i % 3}.{i % 7},{i % 5},{(i % 3) switch { 0 => "red", 1 => "green", _ => "blue" }}\n"));
        var sweep = await ledger.Launch.LaunchAsync(Read("a,b,colour\n" + rows, "targets: colour, task: classification"));

        Assert.Equal(TrialState.Completed, Assert.Single(await TrainAsync(ledger, sweep)).State);

        Assert.Equal(270, await ledger.AskAsync<long>("select count(*) from fits"));
        Assert.Equal(90, await ledger.AskAsync<long>("select count(*) from (select row from fits group by row having abs(sum(prediction) - 1) < 1e-5 and sum(target) = 1) r"));
        // blue, green, red: the third column is that of the first row.
        Assert.Equal("0,0,1", await ledger.AskAsync<string>("select string_agg(target::text, ',' order by output) from fits where row = 0"));
        Assert.True(await ledger.AskAsync<double>("select avg(prediction) from fits where target = 1") > 0.5);
    }

    [Fact]
    public async Task A_table_is_kept_once_and_goes_with_its_last_sweep()
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        var specification = Read(Numbers(60), "targets: [sum, product]");
        var first = await ledger.Launch.LaunchAsync(specification);
        var second = await ledger.Launch.LaunchAsync(specification);
        Assert.Equal(specification.DataFile!.Sha256, await ledger.AskAsync<string>("select string_agg(sha256, ' ') from ledger.data_files"));
        Assert.Equal(specification.DataFile.Content.ToArray(), await ledger.Files.ReadAsync(specification.DataFile.Sha256));

        await ledger.Removal.RemoveAsync(first);
        Assert.Equal(1, await ledger.AskAsync<long>("select count(*) from ledger.data_files"));
        await ledger.Removal.RemoveAsync(second);
        Assert.Equal(0, await ledger.AskAsync<long>("select count(*) from ledger.data_files"));
    }

    [Theory]
    [InlineData("delete from ledger.data_files", "the store does not have it (SHA-256 ")]
    [InlineData("alter table ledger.data_files drop constraint data_files_check; update ledger.data_files set content = content || '0'", "the store's copy is damaged (SHA-256 ")]
    public async Task Without_its_table_a_trial_fails_with_the_reason_and_is_not_tried_again(string damage, string reason)
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        var sweep = await ledger.Launch.LaunchAsync(Read(Numbers(60), "targets: [sum, product]"));
        await ledger.AskAsync<object>(damage);

        var trial = Assert.Single(await TrainAsync(ledger, sweep));

        Assert.Equal((TrialState.Failed, 1), (trial.State, trial.Attempts));
        Assert.StartsWith("data.file 'table.csv': " + reason, trial.Error);
        Assert.EndsWith("launch the sweep file again", trial.Error);
    }

    [Fact]
    public async Task A_value_that_cannot_be_imputed_fails_its_own_trials_alone()
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        var sweep = await ledger.Launch.LaunchAsync(Read("a,b,sum\n,1,1\n" + string.Join('\n', Numbers(40).Split('\n').Skip(1).Select(row => row.Length == 0 ? "" : row[..row.LastIndexOf(',')])), "targets: sum", "grid: {data.missing: [error, mean, median]}"));

        var trials = await TrainAsync(ledger, sweep);

        Assert.Equal([TrialState.Failed, TrialState.Completed, TrialState.Completed], trials.Select(trial => trial.State));
        Assert.Equal("data.file 'table.csv': a: the value is missing; give it, or set data.missing to mean or median (table.csv:2:1)", trials[0].Error);
    }

    [Fact]
    public async Task A_sweep_travels_with_its_table()
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        var specification = Read(Numbers(60), "targets: [sum, product]");
        var sweep = await ledger.Launch.LaunchAsync(specification);
        await TrainAsync(ledger, sweep);
        using var file = new MemoryStream();
        await ledger.Archive.ExportAsync(sweep, file);

        await using var other = await TestServer.NewLedgerAsync();
        await other.Archive.ImportAsync(file, theta => ParameterHash.Sha256(theta));
        Assert.Equal(specification.DataFile!.Content.ToArray(), await other.Files.ReadAsync(specification.DataFile.Sha256));
        const string Fits = "select md5(string_agg(f::text, ' ' order by row, output)) from (select row, part, x, target, prediction, output from fits) f";
        Assert.Equal(await ledger.AskAsync<string>(Fits), await other.AskAsync<string>(Fits));

        await ledger.AskAsync<object>("delete from ledger.data_files");
        using var lacking = new MemoryStream();
        await ledger.Archive.ExportAsync(sweep, lacking);
        await using var third = await TestServer.NewLedgerAsync();
        var refused = await Assert.ThrowsAsync<FormatException>(() => third.Archive.ImportAsync(lacking, theta => ParameterHash.Sha256(theta)));
        Assert.StartsWith("it lacks the table that its specification names (SHA-256 ", refused.Message);
        Assert.Equal(0, await third.AskAsync<long>("select count(*) from sweeps"));
    }

    private static string Numbers(int rows) => "a,b,sum,product\n" + string.Concat(Enumerable.Range(0, rows).Select(i => $"{i % 7},{i % 4}.5,{(i % 7) + (i % 4) + 0.5},{(i % 7) * ((i % 4) + 0.5)}\n"));

    private Specification Read(string table, string data, string more = "")
    {
        File.WriteAllText(Path.Combine(_folder, "table.csv"), table);
        File.WriteAllText(Path.Combine(_folder, "sweep.yaml"), $"seed: 3\ndata: {{kind: csv, file: table.csv, {data}}}\nmodel: {{stem: none, hidden: [8]}}\ntraining: {{epochs: 20, batch: 8, learning_rate: 1e-2}}\n{more}\n");
        var reading = SweepFile.Read(Path.Combine(_folder, "sweep.yaml"));
        Assert.Empty(reading.Problems);
        return reading.Specification!;
    }

    private static async Task<IReadOnlyList<Queries.TrialSummary>> TrainAsync(Ledger ledger, SweepId sweep)
    {
        var silo = new SiloHost(ledger, new SiloOptions { Slots = 2, UntilSweepDone = sweep, Poll = TimeSpan.FromMilliseconds(50), Grain = GrainOptions.Default }, NullLoggerFactory.Instance);
        Assert.Equal(SiloEnd.SweepDone, await silo.RunAsync(CancellationToken.None));
        return await ledger.Trials.OfSweepAsync(sweep);
    }
}
