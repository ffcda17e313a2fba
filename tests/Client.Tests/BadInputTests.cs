using SweepCluster.Client.Tests.Running;

namespace SweepCluster.Client.Tests;

/// <summary>What is wrong is said before anything is opened: exit code 2, nothing on standard output, no store, no stack trace.</summary>
public sealed class BadInputTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sweep-bad-").FullName;

    private string Home => Path.Combine(_folder, "home");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("grid: {regularization.l2: [0, 1e-3, -0.1]}", "grid 'regularization.l2': values must be >= 0, found -0.1 at index 2 (FILE:1)")]
    [InlineData("grid: {regularization.dropout.p: [0, 1.5]}", "grid 'regularization.dropout.p': values must be in [0, 1], found 1.5 at index 1 (FILE:1)")]
    [InlineData("trainig: {epochs: 5}", "unknown key 'trainig'; did you mean 'training'? (FILE:1)")]
    [InlineData("training: {epochs: many}", "training.epochs: must be a whole number from 1 to 1000000, found 'many' (FILE:1)")]
    [InlineData("grid: {regularization.l2: []}", "grid 'regularization.l2': has no values; give at least one, or remove the key (FILE:1)")]
    [InlineData("grid: {regularization.l2: [0.1, 1e-1]}", "grid 'regularization.l2': values must differ, found 0.1 at index 0 and again at index 1; remove one (FILE:1)")]
    [InlineData("data: {points: 100}\ntraining: {batch: 71}", "training.batch: must be at most the 70 rows of the training part (0.7 of 100 points), found 71 (FILE:2)")]
    [InlineData("data: {split: {train: 0.7, validation: 0.2}}", "data.split: train, validation and test must add up to 1, found 0.7 + 0.2 + 0 = 0.9 (FILE:1)")]
    [InlineData("grid: {regularization.l2: {linspace: [0, 1, 1000000000]}}", "grid: at most 1,000,000 trials are allowed, found 1,000,000,000 configurations; sweep fewer keys or fewer values (FILE:1)")]
    [InlineData("a: &a [x]\nb: [*a, *a]", "anchors (&name) are not allowed in a sweep file; write the value out where it is used (FILE:1:4)")]
    [InlineData("seed: [", "not YAML: while parsing a node, did not find expected node content (FILE:2:1)")]
    [InlineData("", "the file is empty; `sweep schema` describes what it may say (FILE)")]
    public async Task A_bad_file_is_refused_with_its_line(string yaml, string message)
    {
        var file = Path.Combine(_folder, "bad.yaml");
        File.WriteAllText(file, yaml);

        await RefusedAsync($"sweep: {message.Replace("FILE", file)}\n", "run", file);
    }

    [Fact]
    public async Task Every_problem_of_a_file_is_said_at_once()
    {
        var file = Path.Combine(_folder, "bad.yaml");
        File.WriteAllText(file, "seed: x\nreplicates: 0\n");

        await RefusedAsync(
            $"sweep: seed: must be a whole number >= 0, found 'x' ({file}:1)\n"
            + $"sweep: replicates: must be from 1 to 10000, found 0 ({file}:2)\n"
            + $"sweep: 2 problems in {file}; nothing was started\n",
            "run", file);
    }

    [Fact]
    public async Task A_missing_file_a_directory_and_a_hundred_megabytes_are_refused()
    {
        var big = Path.Combine(_folder, "big.yaml");
        using (var file = File.OpenWrite(big))
            file.SetLength(100_000_000);

        await RefusedAsync("sweep: no such file (nothing.yaml)\n", "run", "nothing.yaml");
        await RefusedAsync("sweep: the file's name is empty; name a sweep file ('')\n", "run", "");
        await RefusedAsync($"sweep: a sweep file was expected, found a directory; name a file in it ({_folder})\n", "run", _folder);
        await RefusedAsync($"sweep: a sweep file has at most 1,048,576 bytes, found 100,000,000; linspace, logspace and range write long grids ({big})\n", "run", big);
    }

    [Fact]
    public async Task A_report_folder_that_holds_something_else_is_refused_before_training()
    {
        File.WriteAllText(Path.Combine(_folder, "good.yaml"), "seed: 1");
        Directory.CreateDirectory(Path.Combine(_folder, "mine"));
        File.WriteAllText(Path.Combine(_folder, "mine", "thesis.txt"), "years of work");

        var result = await SweepProgram.RunAsync(Home, _folder, "run", "good.yaml", "--out", "mine");

        Assert.Equal((2, ""), (result.Code, result.Output));
        Assert.Matches("^sweep: report folder '.*/mine': .*\n$", result.Error);
        Assert.False(Directory.Exists(Home));
        Assert.Equal("years of work", File.ReadAllText(Path.Combine(_folder, "mine", "thesis.txt")));
    }

    [Theory]
    [InlineData("sweep: unknown command 'rnu'; did you mean run?\nsweep: see `sweep --help`\n", "rnu")]
    [InlineData("sweep: unknown option '--slot'; did you mean --slots?\nsweep: see `sweep run --help`\n", "run", "x.yaml", "--slot", "2")]
    [InlineData("sweep: --slots must be a whole number from 1 to 1024, found '0'\nsweep: see `sweep run --help`\n", "run", "x.yaml", "--slots", "0")]
    [InlineData("sweep: --limit must be a whole number >= 1\nsweep: see `sweep list --help`\n", "list", "--limit", "0")]
    [InlineData("sweep: --format must be table or csv or json, found 'xml'\nsweep: see `sweep query --help`\n", "query", "select 1", "--format", "xml")]
    [InlineData("sweep: --table must be one of trials, losses, metrics, snapshots, fits, found 'theta'\nsweep: see `sweep export --help`\n", "export", "x", "--table", "theta")]
    [InlineData("sweep: Required argument missing for command: 'run'.\nsweep: see `sweep run --help`\n", "run")]
    public Task A_mistyped_command_line_gets_a_hint(string error, params string[] arguments) => RefusedAsync(error, arguments);

    [Fact]
    public async Task A_cluster_s_command_without_a_store_says_which_option_is_missing()
    {
        File.WriteAllText(Path.Combine(_folder, "good.yaml"), "seed: 1");
        const string Error = "sweep: name the cluster's store with --store URL or SWEEP_STORE; to train on this machine alone, use `sweep run`\n";

        await RefusedAsync(Error, "launch", "good.yaml");
        await RefusedAsync(Error, "silo");
    }

    [Fact]
    public async Task A_store_that_is_no_address_is_the_user_s_mistake_and_one_that_does_not_answer_is_not()
    {
        var wrong = await SweepProgram.RunAsync(Home, _folder, "list", "--store", "mysql://x");
        var away = await SweepProgram.Start(Home, _folder, ["list"], ("SWEEP_STORE", "postgresql://me:secret@127.0.0.1:1/x")).EndAsync();

        Assert.Equal(2, wrong.Code);
        Assert.StartsWith("sweep: the store's address must look like postgresql://", wrong.Error);
        Assert.Equal(3, away.Code);
        Assert.StartsWith("sweep: no PostgreSQL answers at postgresql://me@127.0.0.1:1/x", away.Error);
        Assert.DoesNotContain("secret", away.Error);
        Assert.Single(away.Error.TrimEnd().Split('\n'));
    }

    private async Task RefusedAsync(string error, params string[] arguments)
    {
        var result = await SweepProgram.RunAsync(Home, _folder, arguments);

        Assert.Equal(error, result.Error);
        Assert.Equal((2, ""), (result.Code, result.Output));
        Assert.False(Directory.Exists(Home), "nothing may be written before the input is known to be right");
    }
}
