namespace SweepCluster.Contracts.Tests;

/// <summary>
/// Each BadTables/X.csv, with the target y, and each BadLabels/X.csv, with the classes y, must give exactly the messages of X.txt.
/// To approve new texts, read them first and then run with SWEEP_APPROVE=1 in the environment.
/// </summary>
public sealed class BadTablesTests
{
    public static TheoryData<string> Tables() => [.. from folder in (string[])[Folders.BadTables, Folders.BadLabels]
                                                     from path in Directory.GetFiles(folder, "*.csv").Order()
                                                     select Path.GetRelativePath(Path.GetDirectoryName(folder)!, path)];

    [Theory]
    [MemberData(nameof(Tables))]
    public void A_bad_table_gets_its_approved_messages(string table)
    {
        var path = Path.Combine(Path.GetDirectoryName(Folders.BadTables)!, table);
        var (name, task) = (Path.GetFileName(path), table.StartsWith("BadLabels", StringComparison.Ordinal) ? "classification" : "regression");
        var reading = SweepFile.Parse($"data:\n  kind: csv\n  file: {path}\n  targets: y\n  task: {task}\n", "sweep.yaml");

        var messages = string.Concat(reading.Problems.Select(problem => problem.ToString().Replace(path, name) + "\n"));
        var approved = Path.ChangeExtension(path, ".txt");
        if (Environment.GetEnvironmentVariable("SWEEP_APPROVE") == "1")
            File.WriteAllText(approved, messages);
        Assert.Equal(File.Exists(approved) ? File.ReadAllText(approved) : "", messages);
        Assert.Null(reading.Specification);
        Assert.NotEmpty(reading.Problems);
    }

    [Fact]
    public void A_table_that_is_not_there_is_said_to_be_missing() => Assert.Equal(
        "data.file 'no.csv': no such file; the path is relative to the sweep file (sweep.yaml:1)",
        Assert.Single(Read("no.csv").Problems).ToString());

    [Fact]
    public void A_directory_is_no_table() => Assert.StartsWith($"data.file '{Folders.BadTables}': a table was expected, found a directory", Assert.Single(Read(Folders.BadTables).Problems).Text);

    [Fact]
    public void A_table_beyond_the_limit_is_refused_before_it_is_read()
    {
        var path = Path.GetTempFileName();
        using (var file = File.OpenWrite(path))
            file.SetLength(DataFile.MaxBytes + 1);

        var problem = Assert.Single(Read(path).Problems);

        File.Delete(path);
        Assert.Contains("a table has at most 67,108,864 bytes, found 67,108,865; leave out rows or columns", problem.Text);
    }

    [Fact]
    public void A_device_without_an_end_is_read_no_further_than_the_limit() =>
        Assert.Contains("a table has at most 67,108,864 bytes, found more", Assert.Single(Read("/dev/zero").Problems).Text);

    private static SweepFileReading Read(string path) => SweepFile.Parse($"data: {{kind: csv, file: {path}, targets: y}}");
}
