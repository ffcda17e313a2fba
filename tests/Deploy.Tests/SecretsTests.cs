using System.Text;
using SweepCluster.Deploy.Tests.Collecting;
using SweepCluster.Deploy.Tests.Stores;

namespace SweepCluster.Deploy.Tests;

/// <summary>A password is in the environment or in a file, and nowhere else: not in what a program says, however it fails.</summary>
[Collection(OneSharedServer.Name)]
public sealed class SecretsTests(SharedServer server)
{
    private const string Password = SharedServer.Password;

    // As people choose them, with the one above in it; its encoded form holds that too.
    private const string Hostile = "p@" + Password + "/x:y?z#1%2&c=d e'f\"g";

    private static readonly string Encoded = Uri.EscapeDataString(Hostile);

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
        { "", ["list", "postgresql://:" + Password + "@localhost:1/x"] },                                        // no user
        { "", ["list", "postgresql://keeper::" + Password + "@localhost:1/x"] },
        { "", ["lits", "--store=postgresql://keeper:p@" + Password + "@localhost:1/x"] },
        { "", ["--stroe=postgresql://keeper:" + Password + "@localhost:1/x"] },
        { "", ["list", "--limit", "postgresql://keeper:" + Password + "@localhost:1/x"] },
        { "postgresql://keeper:" + Hostile + "@localhost:1/x", ["list"] },                                      // not encoded
        { "postgresql://keeper:12/" + Password + "@localhost:1/x", ["doctor"] },
        { "postgresql://keeper:12/x?" + Password + "@localhost:1/x", ["list"] },
        { "postgresql://keeper@localhost:{port}/postgres?passwd=" + Encoded + "&sslmode=require", ["list"] },
        { "Host=localhost;Username=keeper;Password=" + Hostile, ["list"] },
        { "postgresql://hostile:" + Encoded + "@localhost:{port}/postgres?sslmode=require", ["launch", "/nonexistent.yaml"] },
        { "postgresql://hostile:" + Encoded + "@localhost:{port}/nowhere?sslmode=require", ["silo", "--log-file", "secrets.log"] },
        { "postgresql://hostile:" + Encoded + "x@localhost:{port}/postgres?sslmode=require", ["db", "check"] },
        { "postgresql://hostile:" + Encoded + "@localhost:{port}/nowhere?sslmode=require", ["db", "backup", "--out", "x.backup"] },
        { "postgresql://hostile:" + Encoded + "@localhost:{port}/postgres?sslmode=require&sslcert=/nowhere.crt&sslkey=/nowhere.key", ["reports"] },
        { "", ["list", "postgresql://keeper:" + Hostile + "@localhost:1/x"] },
        { "", ["list", "keeper:" + Hostile + "@localhost/x"] },
        { "", ["--stroe=postgresql://keeper:" + Encoded + "@localhost:1/x"] },
        { "", ["list", "Host=localhost;Username=keeper;Password=" + Hostile] },
        { "", ["list", "--store", "postgresql://keeper@localhost:1/x?psw=" + Encoded] },
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
    public async Task A_password_with_every_hostile_character_opens_the_store_from_an_address_and_from_a_password_file()
    {
        server.Execute("postgres", $"CREATE ROLE hostile{Environment.ProcessId} LOGIN CREATEROLE PASSWORD '{Hostile.Replace("'", "''", StringComparison.Ordinal)}'");
        var (login, database) = ($"hostile{Environment.ProcessId}", server.NewDatabase());
        server.Execute("postgres", $"ALTER DATABASE {database} OWNER TO {login}");
        var migrated = await server.RunAsync(server.Url(database, login, password: Encoded), "db", "migrate");
        Assert.True(migrated.Code == 0, migrated.Error);

        var file = Path.Combine(server.Folder, "passes");
        await File.WriteAllTextAsync(file, $"localhost:{server.Port}:{database}:{login}:{Hostile.Replace(":", "\\:", StringComparison.Ordinal)}\n");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var url = $"postgresql://{login}@localhost:{server.Port}/{database}?sslmode=require";
        var listed = await server.Start(url, ["list", "--store", url], ("PGPASSFILE", file)).EndAsync();
        var backedUp = await server.Start($"{url}&passfile={file}", ["db", "backup", "--out", "hostile.backup"]).EndAsync();
        Assert.True(listed.Code == 0, listed.Error);
        Assert.True(backedUp.Code == 0, backedUp.Error);
        Assert.DoesNotContain(Password, migrated.Error + listed.Error + backedUp.Error);
    }

    [Fact]
    public async Task A_silo_and_a_service_whose_store_goes_away_say_it_to_nobody_neither_collector_nor_caller()
    {
        using var collector = new Collector();
        var database = server.NewDatabase();
        await using var ledger = await server.OpenAsync(database);
        await ledger.Launch.LaunchAsync(Sweeps.Endless());
        (string, string)[] telling = [("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Address), ("OTEL_METRIC_EXPORT_INTERVAL", "200"), ("SWEEP_TRACE", "1")];
        var silo = server.Start(server.Url(database), ["silo", "--slots", "1", "--log-file", "gone.log"], telling);
        var service = server.Start(server.Url(database), ["reports", "--urls", "http://127.0.0.1:0"], telling);
        using var http = new HttpClient { BaseAddress = new Uri(await service.LineAsync(line => line.StartsWith("http://", StringComparison.Ordinal))) };
        await ledger.BecomesAsync("select epochs > 0 from trials");
        await ledger.DisposeAsync();
        server.Execute("postgres", $"DROP DATABASE {database} WITH (FORCE)");

        var pages = new List<string>();
        foreach (var page in (string[])["/", "/api/sweeps", "/sweeps/x/figures/x.svg"])
        {
            using var answer = await http.GetAsync(page);
            Assert.Equal(System.Net.HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            pages.Add($"{answer}{await answer.Content.ReadAsStringAsync()}");
        }
        var ended = await silo.EndAsync();
        service.Signal(System.Runtime.InteropServices.PosixSignal.SIGTERM);
        var served = await service.EndAsync();

        Assert.Equal((3, 0), (ended.Code, served.Code));
        Assert.Contains("has no such database", ended.Error);
        Assert.NotEmpty(collector.Bodies);
        Assert.NotEmpty(collector.Spans);
        Assert.All(
            [ended.Output + ended.Error, served.Output + served.Error, .. pages, .. collector.Bodies.Select(Encoding.Latin1.GetString), .. Directory.EnumerateFiles(server.Folder, "gone*.log").Select(File.ReadAllText)],
            text => Assert.DoesNotContain(Password, text));
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
