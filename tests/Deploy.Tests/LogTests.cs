using System.Text.Json;
using Microsoft.Extensions.Logging;
using SweepCluster.Deploy.Tests.Stores;
using SweepCluster.Silo;
using SweepCluster.Store;

namespace SweepCluster.Deploy.Tests;

/// <summary>What a silo writes, for people and for collectors.</summary>
[Collection(OneSharedServer.Name)]
public sealed class LogTests(SharedServer server)
{
    [Fact]
    public async Task A_silo_s_log_is_one_object_a_line_on_standard_error_and_in_the_file()
    {
        var database = server.NewDatabase();
        await using var ledger = await server.OpenAsync(database);
        var sweep = await ledger.Launch.LaunchAsync(Sweeps.Short(2));
        var silo = server.Start(server.Url(database), ["silo", "--slots", "1", "--log-format", "json", "--log-file", "json-silo.log", "--health", "0"]);
        await ledger.EndedAsync(sweep);
        silo.Signal(System.Runtime.InteropServices.PosixSignal.SIGTERM);
        var result = await silo.EndAsync();

        var lines = result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var events = lines.Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.All(events, e => Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", e.GetProperty("time").GetString()));
        Assert.All(events, e => Assert.Equal("information", e.GetProperty("level").GetString()));
        Assert.Equal(2, events.Count(e => e.TryGetProperty("state", out var state) && state.GetString() == "Completed"));
        Assert.Contains(events, e => e.GetProperty("message").GetString()!.Contains("joined from", StringComparison.Ordinal));
        // Two threads that speak within a millisecond may come in one order to the one and in the other to the other.
        Assert.Equal(lines.Order(), Directory.EnumerateFiles(server.Folder, "json-silo*.log").SelectMany(File.ReadLines).Order());
    }

    [Fact]
    public void A_log_file_that_has_grown_is_followed_by_the_next_and_the_oldest_go()
    {
        var folder = Directory.CreateTempSubdirectory("sweep-log-");
        using (var loggers = SiloLog.Create(new LogStyle(AsJson: true, Path.Combine(folder.FullName, "silo.log"), FileBytes: 2000)))
        {
            var log = loggers.CreateLogger("test");
#pragma warning disable CA1848, CA2254 // a handful of lines
            for (var i = 0; i < 1000; i++) log.LogInformation("line {Number} of a log that grows and grows", i);
#pragma warning restore CA1848, CA2254
        }
        var files = folder.GetFiles();
        Assert.Equal(SiloLog.FilesKept, files.Length);
        Assert.All(files, file => Assert.InRange(file.Length, 1, 2200));
        Assert.Contains(files, file => File.ReadAllText(file.FullName).Contains("line 999 ", StringComparison.Ordinal));
        folder.Delete(recursive: true);
    }
}
