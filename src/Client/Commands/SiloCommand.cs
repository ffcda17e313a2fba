using System.CommandLine;
using Serilog;
using Serilog.Extensions.Logging;
using SweepCluster.Silo;

namespace SweepCluster.Client.Commands;

/// <summary>sweep silo --store URL: joins the cluster and trains whatever its store holds, until told to stop.</summary>
internal static class SiloCommand
{
    public static Command Create()
    {
        var slots = SlotsOption.Create();
        var engine = EngineOption.Create();
        var store = StoreSession.Option();
        var command = new ExampledCommand("silo", "Join a cluster: train whatever its store holds, until interrupted", "sweep silo --store postgresql://sweep@db/sweeps --slots 8") { slots, engine, store };
        command.SetAction((parsed, cancel) =>
        {
            EngineOption.Check(parsed.GetRequiredValue(engine));
            var url = StoreSession.Shared(parsed.GetValue(store), "to train on this machine alone, use `sweep run`");
            return StoreSession.UseAsync(url, session => RunAsync(session, parsed.GetValue(slots), parsed.GetRequiredValue(engine), cancel), cancel);
        });
        return command;
    }

    private static async Task<int> RunAsync(StoreSession session, int? slots, string engineName, CancellationToken stop)
    {
        await using var serilog = new LoggerConfiguration()
            // Orleans tells of every step of its own; what a person must know comes as a warning.
            .MinimumLevel.Override("Orleans", Serilog.Events.LogEventLevel.Warning)
            .MinimumLevel.Override("Microsoft", Serilog.Events.LogEventLevel.Warning)
            .WriteTo.Console(outputTemplate: "{Timestamp:HH:mm:ss} {Level:u3} {Message:lj}{NewLine}{Exception}", standardErrorFromLevel: Serilog.Events.LogEventLevel.Verbose)
            .CreateLogger();
        using var loggers = new SerilogLoggerFactory(serilog);
        await using var engine = EngineOption.ToEngine(engineName, session.Ledger, loggers);
        await new SiloHost(session.Ledger, SlotsOption.ToSilo(slots), loggers, engine: engine).RunAsync(stop);
        return ExitCode.Done;
    }
}
