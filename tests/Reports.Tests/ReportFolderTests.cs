namespace SweepCluster.Reports.Tests;

public sealed class ReportFolderTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("sweep-reports-").FullName;

    private string Place => Path.Combine(_root, "report");

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task It_appears_only_when_it_is_whole()
    {
        using (var folder = ReportFolder.Begin(Place))
        {
            await folder.WriteAsync("figures/a.svg", "<svg/>", default);
            Assert.False(Directory.Exists(Place));
            Assert.Equal(Place, folder.Commit());
            Assert.Equal(["figures/a.svg"], folder.Files);
        }

        Assert.Equal("<svg/>", await File.ReadAllTextAsync(Path.Combine(Place, "figures", "a.svg")));
        Assert.Equal([Place], Directory.GetFileSystemEntries(_root));
    }

    [Fact]
    public async Task An_abandoned_one_leaves_nothing_and_the_earlier_report_stays()
    {
        await WriteAsync("earlier");
        using (var folder = ReportFolder.Begin(Place))
            await folder.WriteAsync("index.html", "half", default);
        Assert.Equal("earlier", await File.ReadAllTextAsync(Path.Combine(Place, "index.html")));
        Assert.Equal([Place], Directory.GetFileSystemEntries(_root));
    }

    [Fact]
    public async Task An_earlier_report_is_replaced_with_all_its_files()
    {
        using (var folder = ReportFolder.Begin(Place + "/"))
        {
            await folder.WriteAsync("figures/gone.svg", "", default);
            folder.Commit();
        }

        await WriteAsync("later");
        Assert.Equal("later", await File.ReadAllTextAsync(Path.Combine(Place, "index.html")));
        Assert.False(Directory.Exists(Path.Combine(Place, "figures")));
        Assert.Equal([Place], Directory.GetFileSystemEntries(_root));
    }

    [Fact]
    public async Task An_empty_folder_is_taken()
    {
        Directory.CreateDirectory(Place);
        await WriteAsync("content");
        Assert.True(File.Exists(Path.Combine(Place, "index.html")));
    }

    [Fact]
    public async Task A_folder_with_files_of_others_is_refused_and_untouched()
    {
        await WriteAsync("ours");
        await File.WriteAllTextAsync(Path.Combine(Place, "notes.md"), "mine");
        var error = Assert.Throws<ReportException>(() => ReportFolder.Begin(Place));
        Assert.Contains("holds 'notes.md', which is not from a report", error.Message, StringComparison.Ordinal);
        Assert.Equal("mine", await File.ReadAllTextAsync(Path.Combine(Place, "notes.md")));
        Assert.Equal([Place], Directory.GetFileSystemEntries(_root));
    }

    [Fact]
    public async Task A_file_that_came_while_it_was_written_is_not_deleted()
    {
        using var folder = ReportFolder.Begin(Place);
        await folder.WriteAsync("index.html", "ours", default);
        Directory.CreateDirectory(Place);
        await File.WriteAllTextAsync(Path.Combine(Place, "notes.md"), "mine");
        Assert.Throws<ReportException>(folder.Commit);
        Assert.Equal("mine", await File.ReadAllTextAsync(Path.Combine(Place, "notes.md")));
    }

    [Fact]
    public void A_file_in_its_place_is_refused()
    {
        File.WriteAllText(Place, "");
        Assert.Contains("expected a folder, found a file", Assert.Throws<ReportException>(() => ReportFolder.Begin(Place)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("/")]
    public void The_current_folder_and_those_above_it_are_refused(string directory) =>
        Assert.Contains("expected a folder of its own", Assert.Throws<ReportException>(() => ReportFolder.Begin(directory)).Message, StringComparison.Ordinal);

    private async Task WriteAsync(string content)
    {
        using var folder = ReportFolder.Begin(Place);
        await folder.WriteAsync("index.html", content, default);
        folder.Commit();
    }
}
