using System.CommandLine;
using Serilog;
using Serilog.Extensions.Logging;
using SweepCluster.Orleans;
using SweepCluster.Silo;

namespace SweepCluster.Client.Commands;

/// <summary>sweep silo --store URL: joins the cluster and trains whatever its store holds, until told to stop.</summary>
internal static class SiloCommand
{
    public static Command Create()
    {
        var slots = SlotsOption.Create();
        var engine = new Option<string>("--engine") { Description = "auto, orleans or built-in", HelpName = "ENGINE", DefaultValueFactory = _ => "auto" };
        engine.AcceptOnlyFromAmong("auto", "orleans", "built-in");
        var store = StoreSession.Option();
        var command = new ExampledCommand("silo", "Join a cluster: train whatever its store holds, until interrupted", "sweep silo --store postgresql://sweep@db/sweeps --slots 8") { slots, engine, store };
        command.SetAction((parsed, cancel) =>
        {
            if (parsed.GetValue(engine) == "orleans" && !OrleansEngine.IsPresent)
                throw new UserMistake($"--engine orleans: Orleans is not part of this build ({OrleansEngine.About}); use --engine built-in (same grains, same store)");
            var url = StoreSession.Shared(parsed.GetValue(store), "to train on this machine alone, use `sweep run`");
            return StoreSession.UseAsync(url, session => RunAsync(session, parsed.GetValue(slots), cancel), cancel);
        });
        return command;
    }

    private static async Task<int> RunAsync(StoreSession session, int? slots, CancellationToken stop)
    {
        await using var serilog = new LoggerConfiguration()
            .WriteTo.Console(outputTemplate: "{Timestamp:HH:mm:ss} {Level:u3} {Message:lj}{NewLine}{Exception}", standardErrorFromLevel: Serilog.Events.LogEventLevel.Verbose)
            .CreateLogger();
        using var loggers = new SerilogLoggerFactory(serilog);
        await new SiloHost(session.Ledger, SlotsOption.ToSilo(slots), loggers).RunAsync(stop);
        return ExitCode.Done;
    }
}
