using System.CommandLine;
using Serilog;
using Serilog.Extensions.Logging;
using SweepCluster.Grains;
using SweepCluster.Silo;

namespace SweepCluster.Client.Commands;

/// <summary>sweep silo --store URL: joins the cluster and trains whatever its store holds, until told to stop.</summary>
internal static class SiloCommand
{
    public static Command Create()
    {
        var slots = SlotsOption.Create();
        var engine = EngineOption.Create();
        var lease = SecondsOption.Create("--lease", "How long the cluster trusts this silo without a sign of life; a heartbeat each third of it", new SiloOptions().Lease);
        var checkpoint = SecondsOption.Create("--checkpoint", "A trial keeps a checkpoint at most so often", GrainOptions.Default.CheckpointPeriod);
        var allow = AllowCommandOption.Create();
        var store = StoreSession.Option();
        var command = new ExampledCommand("silo", "Join a cluster: train whatever its store holds, until interrupted", "sweep silo --store postgresql://sweep@db/sweeps --slots 8", "sweep silo --store postgresql://sweep@db/sweeps --allow-command python3") { slots, engine, lease, checkpoint, allow, store };
        command.SetAction((parsed, cancel) =>
        {
            EngineOption.Check(parsed.GetRequiredValue(engine));
            var url = StoreSession.Shared(parsed.GetValue(store), $"to train on this machine alone, use `{CommandName.Text} run`");
            var options = SlotsOption.ToSilo(parsed.GetValue(slots)) with
            {
                Lease = parsed.GetValue(lease),
                Renew = parsed.GetValue(lease) / 3,
                Grain = GrainOptions.Default with { CheckpointPeriod = parsed.GetValue(checkpoint), Trainers = Trainers.All },
            };
            if (options.Problems().FirstOrDefault() is { } problem) throw new UserMistake(problem);
            return StoreSession.UseAsync(url, async session =>
            {
                using var programs = AllowCommandOption.ToHost(parsed.GetRequiredValue(allow));
                return await RunAsync(session, options with { Grain = options.Grain with { Programs = programs } }, parsed.GetRequiredValue(engine), cancel);
            }, cancel);
        });
        return command;
    }

    private static async Task<int> RunAsync(StoreSession session, SiloOptions options, string engineName, CancellationToken stop)
    {
        await using var serilog = new LoggerConfiguration()
            // Where a silo is gone Orleans writes pages about calls that nothing depends on; our engine says what a person must know.
            .MinimumLevel.Override("Orleans", Serilog.Events.LogEventLevel.Fatal)
            .MinimumLevel.Override("Microsoft", Serilog.Events.LogEventLevel.Warning)
            .WriteTo.Console(outputTemplate: "{Timestamp:HH:mm:ss} {Level:u3} {Message:lj}{NewLine}{Exception}", standardErrorFromLevel: Serilog.Events.LogEventLevel.Verbose)
            .CreateLogger();
        using var loggers = new SerilogLoggerFactory(serilog);
        await using var engine = EngineOption.ToEngine(engineName, session.Ledger, loggers);
        await new SiloHost(session.Ledger, options, loggers, engine: engine).RunAsync(stop);
        return ExitCode.Done;
    }
}
