using System.IO.Compression;
using SweepCluster.Client.Tests.Running;

namespace SweepCluster.Client.Tests;

/// <summary>A sweep leaves a store as one file, and comes back with every bit; or it is removed.</summary>
[Collection(OnePrivateStore.Name)]
public sealed class WholeSweepTests(PrivateStore store)
{
    private const string Rest = "data: {points: 50, a: 1, b: 1, c: 0}\nmodel: {stem: none, hidden: [4]}\ntraining: {epochs: 3, batch: 16}\nsnapshots: {every: 2}\ngrid: {regularization.l2: [0, 1e-3]}";
    private static readonly string[] Tables = ["trials", "losses", "snapshots", "fits"];

    [Fact]
    public async Task What_was_exported_and_removed_comes_back_with_every_number()
    {
        await TrainAsync("travels", Rest);
        var before = await ExportsAsync("travels");
        var exported = await store.RunAsync("export", "travels", "--out", "travels.sweep");
        var removed = await store.RunAsync("rm", "travels", "--yes");
        Assert.Equal("0", await store.QueryAsync("select count(*) from sweeps where name = 'travels'"));

        var imported = await store.RunAsync("import", "travels.sweep");
        var verified = await store.RunAsync("verify", "travels");

        Assert.Equal((0, 0, 0, 0), (exported.Code, removed.Code, imported.Code, verified.Code));
        Assert.Matches(@"^sweep: imported travels \(\w{8}\): 2 trials, the SHA-256 of 2 final θ checked\n$", imported.Error);
        Assert.Equal(before, await ExportsAsync("travels"));
        Assert.Equal("2", await store.QueryAsync("select count(*) from attempts a join trials t on t.id = a.trial join sweeps s on s.id = t.sweep where s.name = 'travels' and a.outcome = 'Completed'"));
    }

    [Fact]
    public async Task A_sweep_that_is_there_already_is_not_imported_twice()
    {
        await TrainAsync("twice", Rest);
        await store.RunAsync("export", "twice", "--out", "twice.sweep");

        var result = await store.RunAsync("import", "twice.sweep");

        Assert.Equal(2, result.Code);
        Assert.Matches(@"^sweep: the store has twice \((\w{8})\) already; nothing was changed. To replace it, first `sweep rm \1`\n$", result.Error);
    }

    [Fact]
    public async Task Open_trials_arrive_paused_and_end_elsewhere_with_the_same_bits()
    {
        var file = store.Write("half", Rest);
        Assert.Equal(0, (await store.RunAsync("launch", file, "--store", store.File)).Code);
        await store.RunAsync("export", "half", "--out", "half.sweep");
        Assert.Equal(0, (await store.RunAsync("resume", "half", "--store", store.File)).Code);
        var hashes = await store.QueryAsync("select theta_sha256 from trials t join sweeps s on s.id = t.sweep where s.name = 'half' order by ordinal");
        Assert.Equal(0, (await store.RunAsync("rm", "half", "--yes")).Code);

        var imported = await store.RunAsync("import", "half.sweep");
        Assert.Contains("2 trials are still open, so it is paused; go on with `sweep resume ", imported.Error);
        Assert.Equal("Paused", await store.QueryAsync("select state from sweeps where name = 'half'"));
        Assert.Equal(0, (await store.RunAsync("resume", "half", "--store", store.File)).Code);

        Assert.Equal(hashes, await store.QueryAsync("select theta_sha256 from trials t join sweeps s on s.id = t.sweep where s.name = 'half' order by ordinal"));
    }

    [Theory]
    [InlineData("snapshots", "does not have the SHA-256 that manifest.json gives")]
    [InlineData("manifest.json", "its manifest.json is damaged")]
    public async Task A_damaged_file_changes_nothing(string entry, string says)
    {
        await TrainAsync("damaged", Rest);
        await store.RunAsync("export", "damaged", "--out", "damaged.sweep");
        await store.RunAsync("rm", "damaged", "--yes");
        await using (var zip = await ZipFile.OpenAsync(Path.Combine(store.Folder, "damaged.sweep"), ZipArchiveMode.Update))
        await using (var bytes = await zip.GetEntry(entry)!.OpenAsync())
        {
            bytes.Position = bytes.Length - 30;
            bytes.WriteByte(0x01); // no JSON string may hold it
        }

        var result = await store.RunAsync("import", "damaged.sweep");

        Assert.Equal(2, result.Code);
        Assert.Contains("damaged.sweep cannot be imported: ", result.Error);
        Assert.Contains(says, result.Error);
        Assert.Equal("0", await store.QueryAsync("select count(*) from sweeps where name = 'damaged'"));
    }

    /// <summary>Who makes such a file makes its hashes fit as well.</summary>
    [Theory]
    [InlineData("\"id\": \"[0-9a-z]{8}\"", "\"id\": \"../../xy\"", "gives an id that is none")]
    [InlineData("\"name\": \"hostile\"", "\"name\": \"../other\"", "names another sweep than its specification does")]
    [InlineData("\"version\": 4", "\"version\": 5", "it is of version 5, this program reads up to 4")]
    public async Task A_hostile_manifest_changes_nothing(string written, string instead, string says)
    {
        var path = await LeaveAsync("hostile");
        await RewriteAsync(path, "manifest.json", text => System.Text.Encoding.UTF8.GetBytes(new System.Text.RegularExpressions.Regex(written).Replace(System.Text.Encoding.UTF8.GetString(text), instead, 1)));

        await AssertRefusedAsync("hostile", says);
    }

    [Theory]
    [InlineData(19)] // the number of columns of the first row
    [InlineData(24)] // the length of its first value
    [InlineData(40)]
    public async Task Bytes_that_are_no_rows_change_nothing(int place)
    {
        var path = await LeaveAsync("bytes");
        byte[] damaged = [];
        await RewriteAsync(path, "losses", bytes => damaged = [.. bytes[..place], 0x7f, .. bytes[(place + 1)..]]);
        var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(damaged));
        await RewriteAsync(path, "manifest.json", text => System.Text.Encoding.UTF8.GetBytes(
            new System.Text.RegularExpressions.Regex("(?<=\"losses\": \")[0-9a-f]{64}").Replace(System.Text.Encoding.UTF8.GetString(text), hash)));

        await AssertRefusedAsync("bytes", "losses");
    }

    [Theory]
    [InlineData("nowhere.sweep", "sweep: there is no file nowhere.sweep\n")]
    [InlineData(".", "sweep: . is a directory; name the file that `sweep export SWEEP --out FILE` wrote\n")]
    public async Task What_is_no_file_is_said_to_be_none(string path, string says)
    {
        var result = await store.RunAsync("import", path);

        Assert.Equal((2, says), (result.Code, result.Error));
    }

    [Fact]
    public async Task Text_is_no_archive()
    {
        File.WriteAllText(Path.Combine(store.Folder, "text.sweep"), "name: text");

        var result = await store.RunAsync("import", "text.sweep");

        Assert.Equal(2, result.Code);
        Assert.StartsWith("sweep: text.sweep cannot be imported: ", result.Error);
    }

    [Fact]
    public async Task Removing_takes_a_yes_and_takes_everything()
    {
        await TrainAsync("goes", Rest.Replace("a: 1", "a: 1.25")); // data of its own
        var unsure = await store.RunAsync("rm", "goes");
        var trials = await store.QueryAsync("select string_agg(t.id::text, '|') from trials t join sweeps s on s.id = t.sweep where s.name = 'goes'");

        var sure = await store.RunAsync("rm", "goes", "--yes");

        Assert.Equal(2, unsure.Code);
        Assert.Contains("add --yes to do it without being asked", unsure.Error);
        Assert.Matches(@"^sweep: removed goes \(\w{8}\): 2 trials and 1 data set that nothing else used\n$", sure.Error);
        foreach (var table in (string[])["losses", "snapshots", "attempts", "fits"])
            Assert.Equal("0", await store.QueryAsync($"select count(*) from {table} where trial::text in ('{trials.Replace("|", "','")}')"));
    }

    [Theory]
    [InlineData("--format", "csv")]
    public async Task A_format_without_a_table_is_a_mistake(params string[] options)
    {
        await TrainAsync("formats", Rest);

        var result = await store.RunAsync(["export", "formats", .. options, "--out", "formats.sweep"]);

        Assert.Equal((2, "sweep: --format is for one table: add --table trials|losses|metrics|snapshots|fits, or leave it out to write the whole sweep\n"), (result.Code, result.Error));
        Assert.False(File.Exists(Path.Combine(store.Folder, "formats.sweep")));
    }

    /// <summary>An exported sweep that is no longer in the store.</summary>
    private async Task<string> LeaveAsync(string name)
    {
        await TrainAsync(name, Rest);
        await store.RunAsync("export", name, "--out", name + ".sweep");
        await store.RunAsync("rm", name, "--yes");
        return Path.Combine(store.Folder, name + ".sweep");
    }

    private static async Task RewriteAsync(string path, string entry, Func<byte[], byte[]> change)
    {
        await using var zip = await ZipFile.OpenAsync(path, ZipArchiveMode.Update);
        using var before = new MemoryStream();
        await using (var stream = await zip.GetEntry(entry)!.OpenAsync()) await stream.CopyToAsync(before);
        zip.GetEntry(entry)!.Delete();
        await using (var stream = await zip.CreateEntry(entry).OpenAsync()) await stream.WriteAsync(change(before.ToArray()));
    }

    private async Task AssertRefusedAsync(string name, string says)
    {
        var result = await store.RunAsync("import", name + ".sweep");

        Assert.True(result.Code == 2, result.ToString());
        Assert.StartsWith($"sweep: {name}.sweep cannot be imported: ", result.Error);
        Assert.Contains(says, result.Error);
        Assert.Equal("0", await store.QueryAsync($"select count(*) from sweeps where name = '{name}'"));
    }

    private async Task TrainAsync(string name, string yaml)
    {
        if (await store.QueryAsync($"select count(*) from sweeps where name = '{name}'") == "0")
            Assert.Equal(0, (await store.RunAsync("run", store.Write(name, yaml))).Code);
    }

    /// <summary>Every table as CSV; ids of trials are the store's own, so they are taken out.</summary>
    private async Task<List<string>> ExportsAsync(string name)
    {
        var rows = new List<string>();
        foreach (var table in Tables)
            rows.AddRange((await store.RunAsync("export", name, "--table", table)).OutputLines.Select(line => $"{table}: {line[line.IndexOf(',', StringComparison.Ordinal)..]}"));
        return rows;
    }
}
