using System.CommandLine;
using Microsoft.Extensions.Logging;
using SweepCluster.Client.Telemetry;
using SweepCluster.Grains;
using SweepCluster.Reports.Service;
using SweepCluster.Silo;

namespace SweepCluster.Client.Commands;

/// <summary>sweep silo: joins the cluster and trains whatever its store holds, until told to stop.</summary>
internal static partial class SiloCommand
{
    public static Command Create()
    {
        var slots = SlotsOption.Create();
        var engine = EngineOption.Create();
        var lease = SecondsOption.Create("--lease", "How long the cluster trusts this silo without a sign of life; a heartbeat each third of it", new SiloOptions().Lease);
        var checkpoint = SecondsOption.Create("--checkpoint", "A trial keeps a checkpoint at most so often", GrainOptions.Default.CheckpointPeriod);
        var idle = SecondsOption.Create("--idle", "End when there was nothing to do for so long. Default: wait for work without end");
        var allow = AllowCommandOption.Create();
        var health = HealthOption.Create();
        var log = new LogOptions();
        var store = StoreSession.Option();
        var command = new ExampledCommand("silo", "Join a cluster: train whatever its store holds, until interrupted", "sweep silo --store postgresql://sweep@db/sweeps --slots 8", "sweep silo --store postgresql://sweep@db/sweeps --allow-command python3", "SWEEP_STORE_FILE=/etc/sweep/store sweep silo --health 8081 --log-format json")
        { slots, engine, lease, checkpoint, idle, allow, health, log.Format, log.File, store };
        command.SetAction((parsed, cancel) =>
        {
            EngineOption.Check(parsed.GetRequiredValue(engine));
            var style = log.Of(parsed);
            var url = StoreSession.Shared(parsed.GetValue(store), $"to train on this machine alone, use `{CommandName.Text} run`");
            var options = SlotsOption.ToSilo(parsed.GetValue(slots)) with
            {
                Lease = parsed.GetValue(lease),
                Renew = parsed.GetValue(lease) / 3,
                IdlePatience = parsed.GetValue(idle),
                Grain = GrainOptions.Default with { CheckpointPeriod = parsed.GetValue(checkpoint), Trainers = Trainers.All },
            };
            if (options.Problems().FirstOrDefault() is { } problem) throw new UserMistake(problem);
            return StoreSession.UseAsync(url, async session =>
            {
                using var programs = AllowCommandOption.ToHost(parsed.GetRequiredValue(allow));
                return await RunAsync(session, options with { Grain = options.Grain with { Programs = programs } }, parsed.GetRequiredValue(engine), parsed.GetValue(health), style, cancel);
            }, cancel);
        });
        return command;
    }

    private static async Task<int> RunAsync(StoreSession session, SiloOptions options, string engineName, ServiceAddress? health, LogStyle log, CancellationToken stop)
    {
        using var loggers = SiloLog.Create(log);
        await using var engine = EngineOption.ToEngine(engineName, session.Ledger, loggers);
        var silo = new SiloHost(session.Ledger, options, loggers, engine: engine);
        var resource = Otlp.Resource("sweep-silo", silo.Id.ToString());
        using var telemetry = Otlp.Start(resource);
        using var scrape = health is null ? null : new Scrape(resource);
        await using var endpoint = health is null ? null : await HealthEndpoint.StartAsync(health, silo.Health, scrape!.Text);
        if (endpoint is not null) LogHealth(loggers.CreateLogger("silo"), endpoint.Address);
        await silo.RunAsync(stop);
        return ExitCode.Done;
    }

    [LoggerMessage(61, LogLevel.Information, "health at {Address}/health/live and /health/ready, metrics at /metrics")]
    private static partial void LogHealth(ILogger log, string address);
}
