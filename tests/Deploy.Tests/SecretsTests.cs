using SweepCluster.Deploy.Tests.Stores;

namespace SweepCluster.Deploy.Tests;

/// <summary>A password is in the environment or in a file, and nowhere else: not in what a program says, however it fails.</summary>
[Collection(OneSharedServer.Name)]
public sealed class SecretsTests(SharedServer server)
{
    private const string Password = SharedServer.Password;

    public static TheoryData<string, string[]> Failures => new()
    {
        { "postgresql://keeper:" + Password + "@localhost:1/x", ["list"] },                                    // nobody there
        { "postgresql://keeper:" + Password + "@localhost:{port}/nowhere?sslmode=require", ["list"] },         // no such database
        { "postgresql://keeper:" + Password + "x@localhost:{port}/postgres?sslmode=require", ["list"] },       // wrong password
        { "postgresql://keeper:" + Password + "@localhost:{port}/postgres?sslmode=perhaps", ["list"] },        // wrong option
        { "postgresql://keeper@localhost:{port}/postgres?password=" + Password + "&colour=blue", ["list"] },
        { "mysql://keeper:" + Password + "@localhost/x", ["list"] },
        { "postgresql://keeper:" + Password + "@/", ["list"] },
        { "postgresql://keeper:" + Password + "@localhost:{port}/postgres?sslmode=disable", ["silo", "--log-file", "secrets.log", "--log-format", "json"] },
        { "postgresql://keeper:" + Password + "@localhost:{port}/nowhere?sslmode=require", ["db", "backup", "--out", "x.backup"] },
        { "postgresql://keeper:" + Password + "@localhost:{port}/nowhere?sslmode=require", ["reports", "--urls", "http://127.0.0.1:0"] },
        { "postgresql://keeper:" + Password + "@localhost:{port}/nowhere?sslmode=require", ["doctor"] },
        { "", ["list", "--store", "postgresql://keeper:" + Password + "@localhost:1/x"] },                     // refused: a command line
        { "", ["list", "--store", "postgresql://keeper@localhost:1/x?Password=" + Password] },
        { "", ["list", "postgresql://keeper:" + Password + "@localhost:1/x"] },                                // a word too many
        { "", ["lits", "--store=postgresql://keeper:p@" + Password + "@localhost:1/x"] },
        { "", ["--stroe=postgresql://keeper:" + Password + "@localhost:1/x"] },
        { "", ["list", "--limit", "postgresql://keeper:" + Password + "@localhost:1/x"] },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task A_failing_run_never_says_the_password(string url, string[] arguments)
    {
        var program = server.Start(url.Replace("{port}", $"{server.Port}", StringComparison.Ordinal), arguments, ("SWEEP_TRACE", "1"));
        var result = await program.EndAsync();

        Assert.NotEqual(0, result.Code);
        Assert.NotEmpty(result.Error + result.Output);
        Assert.DoesNotContain(Password, result.Output + result.Error);
        Assert.All(Directory.EnumerateFiles(server.Folder, "*.log"), log => Assert.DoesNotContain(Password, File.ReadAllText(log)));
    }

    [Fact]
    public async Task A_password_on_the_command_line_is_refused_with_the_places_where_it_belongs()
    {
        var result = await server.RunAsync("", "list", "--store", $"postgresql://keeper:{Password}@localhost:1/x");
        Assert.Equal(2, result.Code);
        Assert.Matches("every user of this machine can read a password on a command line: .*SWEEP_STORE, .*SWEEP_STORE_FILE or as --store file:PATH", result.Error);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_silo_takes_its_store_from_a_file_and_no_process_of_it_shows_the_password(bool byOption)
    {
        var file = Path.Combine(server.Folder, "store-" + byOption);
        await File.WriteAllTextAsync(file, "\n" + server.Url(server.NewDatabase()) + "\n");
        File.SetUnixFileMode(file, UnixFileMode.UserRead);
        string[] arguments = ["silo", "--slots", "1", "--health", "0", .. byOption ? (string[])["--store", $"file:{file}"] : []];
        var silo = server.Start("", arguments, byOption ? ("SWEEP_STORE_FILE", "") : ("SWEEP_STORE_FILE", file));
        await silo.LineAsync(line => line.Contains("joined", StringComparison.Ordinal));

        var lines = Directory.GetDirectories("/proc").Where(p => int.TryParse(Path.GetFileName(p), out _)).Select(p => Read($"{p}/cmdline")).ToList();
        Assert.Contains(lines, line => line.Contains("silo", StringComparison.Ordinal));
        Assert.All(lines, line => Assert.DoesNotContain(Password, line));

        silo.Signal(System.Runtime.InteropServices.PosixSignal.SIGTERM);
        var result = await silo.EndAsync();
        Assert.Equal(0, result.Code);
        Assert.DoesNotContain(Password, result.Output + result.Error);
        Assert.DoesNotContain("chmod", result.Error);
    }

    [Fact]
    public async Task A_file_that_others_can_read_is_said_so_and_one_that_is_missing_or_empty_is_refused()
    {
        var file = Path.Combine(server.Folder, "open-store");
        await File.WriteAllTextAsync(file, server.Url(server.NewDatabase()));
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        var open = await server.RunAsync("", "list", "--store", $"file:{file}");
        Assert.Equal(0, open.Code);
        Assert.Contains($"chmod 600 {file}", open.Error);

        await File.WriteAllTextAsync(file, " \n\n");
        foreach (var (word, says) in ((string, string)[])[($"file:{file}", "is empty"), ("file:/nowhere", "no file /nowhere")])
        {
            var result = await server.RunAsync("", "list", "--store", word);
            Assert.Equal(2, result.Code);
            Assert.Contains(says, result.Error);
        }
    }

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            return ""; // gone by now
        }
    }
}
