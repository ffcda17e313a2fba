using System.CommandLine;
using SweepCluster.Client.Doctor;
using SweepCluster.Store;
using SweepCluster.Store.Administration;

namespace SweepCluster.Client.Commands;

/// <summary>sweep db check: how this program, this login and the store stand to each other. Changes nothing.</summary>
internal static class DbCheckCommand
{
    public static Command Create()
    {
        var store = StoreSession.Option();
        var command = new ExampledCommand("check", "Say what this login may do in the store and whether the versions fit; changes nothing", "sweep db check", "sweep db check --store file:/etc/sweep/store") { store };
        command.SetAction((parsed, cancel) => StoreSession.ReachAsync(parsed.GetValue(store), address => RunAsync(address, cancel), cancel));
        return command;
    }

    private static async Task<int> RunAsync(StoreAddress address, CancellationToken cancel)
    {
        var findings = StandingChecks.Of(await StoreStanding.ReadAsync(address, cancel), address).ToList();
        foreach (var finding in findings) finding.WriteTo(Console.Out);
        return findings.Any(finding => finding.Health == Health.Ill) ? ExitCode.WorkFailed : ExitCode.Done;
    }
}
