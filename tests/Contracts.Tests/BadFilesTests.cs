namespace SweepCluster.Contracts.Tests;

/// <summary>
/// Each BadFiles/X.yaml must give exactly the messages of X.txt. To approve new texts, read them first and then run with
/// SWEEP_APPROVE=1 in the environment.
/// </summary>
public sealed class BadFilesTests
{
    public static TheoryData<string> Names() => new(Directory.GetFiles(Folders.BadFiles, "*.yaml").Select(Path.GetFileNameWithoutExtension).Order()!);

    [Theory]
    [MemberData(nameof(Names))]
    public void A_bad_file_gets_its_approved_messages(string name)
    {
        var reading = SweepFile.Read(Path.Combine(Folders.BadFiles, name + ".yaml"));

        var messages = string.Concat(reading.Problems.Select(problem => problem with { File = name + ".yaml" }).Select(problem => problem + "\n"));
        var approved = Path.Combine(Folders.BadFiles, name + ".txt");
        if (Environment.GetEnvironmentVariable("SWEEP_APPROVE") == "1")
            File.WriteAllText(approved, messages);
        Assert.Equal(File.Exists(approved) ? File.ReadAllText(approved) : "", messages);
        Assert.Null(reading.Specification);
        Assert.NotEmpty(reading.Problems);
    }

    [Fact]
    public void A_missing_file_is_said_to_be_missing_and_a_near_one_named()
    {
        var folder = Directory.CreateTempSubdirectory("sweep").FullName;
        File.WriteAllText(Path.Combine(folder, "dropout.yaml"), "seed: 1");

        var problem = Assert.Single(SweepFile.Read(Path.Combine(folder, "dropuot.yaml")).Problems);

        Directory.Delete(folder, recursive: true);
        Assert.Equal($"no such file; did you mean {folder}/dropout.yaml? ({folder}/dropuot.yaml)", problem.ToString());
    }

    [Fact]
    public void A_directory_is_not_a_sweep_file() =>
        Assert.StartsWith("a sweep file was expected, found a directory", Assert.Single(SweepFile.Read(Folders.BadFiles).Problems).Text);

    [Fact]
    public void A_hundred_megabytes_are_refused_before_they_are_read()
    {
        var path = Path.GetTempFileName();
        using (var file = File.OpenWrite(path))
            file.SetLength(100_000_000);

        var problem = Assert.Single(SweepFile.Read(path).Problems);

        File.Delete(path);
        Assert.StartsWith("a sweep file has at most 1,048,576 bytes, found 100,000,000", problem.Text);
    }

    [Fact]
    public void A_device_without_an_end_is_read_no_further_than_the_limit() =>
        Assert.StartsWith("a sweep file has at most 1,048,576 bytes, found more", Assert.Single(SweepFile.Read("/dev/zero").Problems).Text);

    [Theory]
    [InlineData("[")]
    [InlineData("{")]
    [InlineData("- ")]
    [InlineData("a: ")]
    [InlineData("? ")]
    [InlineData("\"")]
    [InlineData("#\n")]
    [InlineData("a\n")]
    [InlineData("k: {")]
    [InlineData("\t")]
    [InlineData("!")]
    [InlineData("&a ")]
    [InlineData("%YAML 1.2\n")]
    [InlineData("|\n")]
    [InlineData("---\n")]
    [InlineData("\\U00110000")]
    public void A_megabyte_of_one_piece_of_syntax_is_refused_in_good_time(string piece)
    {
        var text = string.Concat(Enumerable.Repeat(piece, SweepFile.MaxBytes / piece.Length));
        var clock = System.Diagnostics.Stopwatch.StartNew();

        Assert.NotEmpty(SweepFile.Parse(text).Problems);

        // Far above what a loaded machine takes, far below what a parser with a square in it would.
        Assert.True(clock.Elapsed < TimeSpan.FromMinutes(1), $"took {clock.Elapsed}");
    }
}
