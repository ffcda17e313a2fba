using System.IO.Compression;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using SweepCluster.Contracts;
using SweepCluster.Grains;
using SweepCluster.Silo;
using SweepCluster.Store.Archive;
using SweepCluster.Training;

namespace SweepCluster.Store.Tests;

public sealed class ArchiveTests
{
    /// <summary>What means nothing in another store, and stays behind.</summary>
    private static readonly string[] LeftBehind = ["trials.id", "trials.sweep", "trials.lease_until", "trials.expiries"];

    /// <summary>Tables that belong to the store and not to a sweep; the sweep's own row is the manifest.</summary>
    private static readonly string[] NotOfASweep = ["sweeps", "migrations", "compatibility"];

    [Fact]
    public async Task Every_column_of_a_sweep_travels_or_is_known_to_stay_behind()
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        var stored = new List<string>();
        await using var command = ledger.Source.CreateCommand(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'ledger' AND table_name IN (SELECT tablename FROM pg_tables WHERE schemaname = 'ledger') ORDER BY 1, ordinal_position");
        await using (var reader = await command.ExecuteReaderAsync())
            while (await reader.ReadAsync())
                if (!NotOfASweep.Contains(reader.GetString(0))) stored.Add($"{reader.GetString(0)}.{reader.GetString(1)}");

        var travelling = ArchiveTable.All.SelectMany(table => table.Columns.Split(", ").Select(column => $"{table.Name}.{column.Split(' ')[0]}"));
        // A trial's id travels as its place in the grid.
        var known = travelling.Select(column => column.EndsWith(".ordinal") && !column.StartsWith("trials.") ? column.Replace(".ordinal", ".trial") : column)
            .Where(column => !column.EndsWith(".replicate") || column.StartsWith("trials."));
        Assert.Equal(stored.Order(), known.Concat(LeftBehind).Order());
    }

    [Fact]
    public async Task What_a_rule_and_dropout_left_travels()
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        var sweep = await TrainAsync(ledger);
        using var file = new MemoryStream();
        await ledger.Archive.ExportAsync(sweep, file);

        await using var other = await TestServer.NewLedgerAsync();
        await other.Archive.ImportAsync(file, theta => ParameterHash.Sha256(theta));

        const string Left = "select md5(string_agg(t::text, ' ')) from (select stopped_by, theta_epoch, theta_sha256, (select array_agg(mean order by row) from fits f where f.trial = t.id) from trials t) t";
        Assert.Equal(1, await ledger.AskAsync<long>("select count(*) from trials where stopped_by = 'patience' and theta_epoch < epochs"));
        Assert.Equal(100, await ledger.AskAsync<long>("select count(mean) from fits"));
        Assert.Equal(await ledger.AskAsync<string>(Left), await other.AskAsync<string>(Left));
    }

    [Fact]
    public async Task An_archive_of_version_1_arrives_without_what_it_did_not_know()
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        var sweep = await TrainAsync(ledger);
        using var file = new MemoryStream();
        await ledger.Archive.ExportAsync(sweep, file);
        await MakeEarlierAsync(ledger, sweep, file, 1);

        await using var other = await TestServer.NewLedgerAsync();
        var imported = await other.Archive.ImportAsync(file, theta => ParameterHash.Sha256(theta));

        Assert.Equal((1, 1), (imported.Trials, imported.Checked));
        Assert.Equal(1, await other.AskAsync<long>("select count(*) from trials where state = 'Stopped' and stopped_by is null and theta_epoch is null"));
        Assert.Equal(100, await other.AskAsync<long>("select count(*) from fits where mean is null and spread is not null"));
    }

    [Theory]
    [InlineData(2, "stopped_by is not null and tested_at is null and metrics = '{}'")]
    [InlineData(3, "stopped_by is not null and tested_at is not null and metrics = '{}'")]
    public async Task An_archive_of_an_earlier_version_has_what_that_version_knew(int version, string knew)
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        var sweep = await TrainAsync(ledger);
        Assert.Equal("x", await ledger.AskAsync<string>("with later as (update ledger.trials set tested_at = now(), metrics = '{\"x\": 1}' returning metrics) select jsonb_object_keys(metrics) from later"));
        using var file = new MemoryStream();
        await ledger.Archive.ExportAsync(sweep, file);
        await MakeEarlierAsync(ledger, sweep, file, version);

        await using var other = await TestServer.NewLedgerAsync();
        await other.Archive.ImportAsync(file, theta => ParameterHash.Sha256(theta));

        Assert.Equal(1, await other.AskAsync<long>($"select count(*) from trials where {knew}"));
    }

    private static async Task<SweepId> TrainAsync(Ledger ledger)
    {
        var sweep = await ledger.Launch.LaunchAsync(Sample.Read(
            """
            data: {points: 100}
            model: {stem: none, hidden: [4]}
            training: {epochs: 30, batch: 16}
            regularization: {dropout: {p: 0.2, passes: 5}}
            stopping: {patience: 2, min_change: 1, restore_best: on}
            """));
        var silo = new SiloHost(ledger, new SiloOptions { Slots = 1, UntilSweepDone = sweep, Grain = GrainOptions.Default }, NullLoggerFactory.Instance);
        Assert.Equal(SiloEnd.SweepDone, await silo.RunAsync(CancellationToken.None));
        return sweep;
    }

    /// <summary>What the program wrote before it knew all that it knows: fewer columns and tables, the version, and hashes that fit.</summary>
    private static async Task MakeEarlierAsync(Ledger ledger, SweepId sweep, MemoryStream file, int version)
    {
        await using var zip = await ZipArchive.CreateAsync(file, ZipArchiveMode.Update, leaveOpen: true, entryNameEncoding: null);
        var manifest = Encoding.UTF8.GetString(await ReadAsync(zip, ArchiveManifest.Entry)).Replace($"\"version\": {ArchiveManifest.OurVersion}", $"\"version\": {version}");
        foreach (var table in ArchiveTable.All.Where(table => table.AddedInVersion2 + table.AddedInVersion3 + table.AddedInVersion4 > 0))
        {
            var names = ArchiveTable.Names(table.Columns).ToArray();
            await using var connection = await ledger.Source.OpenConnectionAsync();
            using var bytes = new MemoryStream();
            await using (var copy = await connection.BeginRawBinaryCopyAsync(
                $"COPY (SELECT {string.Join(", ", table.ColumnsIn(version))} FROM ({table.Select.Replace("$1", $"'{sweep.Value}'")}) AS t ({string.Join(", ", names)})) TO STDOUT (FORMAT BINARY)"))
                await copy.CopyToAsync(bytes);
            using var hashing = new HashingStream(new MemoryStream());
            hashing.Write(bytes.ToArray());
            manifest = System.Text.RegularExpressions.Regex.Replace(manifest, $"(?<=\"{table.Name}\": \")[0-9a-f]{{64}}", hashing.Finish());
            await WriteAsync(zip, table.Name, bytes.ToArray());
        }
        await WriteAsync(zip, ArchiveManifest.Entry, Encoding.UTF8.GetBytes(manifest));
    }

    private static async Task<byte[]> ReadAsync(ZipArchive zip, string entry)
    {
        await using var stream = await zip.GetEntry(entry)!.OpenAsync();
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    private static async Task WriteAsync(ZipArchive zip, string entry, byte[] bytes)
    {
        zip.GetEntry(entry)!.Delete();
        await using var stream = await zip.CreateEntry(entry).OpenAsync();
        await stream.WriteAsync(bytes);
    }
}
