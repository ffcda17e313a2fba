using System.CommandLine;
using System.Diagnostics;
using SweepCluster.Client.Doctor;
using SweepCluster.Store;
using SweepCluster.Store.Embedded;

namespace SweepCluster.Client.Commands;

/// <summary>sweep doctor: what is in use, what is missing, and how to mend it.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        var store = StoreSession.Option();
        var json = JsonOutput.Option();
        // ./sweep itself does it, before it builds and starts this program.
        var probe = new Option<bool>("--probe") { Description = "Ask again whether the packages of Orleans and TorchSharp restore here (./sweep)" };
        var command = new ExampledCommand("doctor", "Check this machine and the store, and say how to mend what is wrong", "sweep doctor", "sweep doctor --store postgresql://sweep@db/sweeps") { store, probe, json };
        command.SetAction((parsed, cancel) => RunAsync(parsed.GetValue(store), parsed.GetValue(json), cancel));
        return command;
    }

    private static async Task<int> RunAsync(string? url, bool json, CancellationToken cancel)
    {
        var findings = new List<Finding>();
        foreach (var finding in MachineChecks.All())
            Say(finding);
        if (!StoreSession.IsShared(url))
            foreach (var finding in StoreChecks.OfPrivate(PrivatePostgresOptions.FromEnvironment()))
                Say(finding);
        var storeIsWell = await OpenStoreAsync();

        if (json) JsonOutput.Write(findings);
        var ill = findings.Count(finding => finding.Health == Health.Ill);
        await Console.Error.WriteLineAsync(ill > 0 ? $"sweep: {Numbers.Count(ill, "thing")} to mend" : "sweep: all is well");
        return !storeIsWell ? ExitCode.Unreachable : ill > 0 ? ExitCode.WorkFailed : ExitCode.Done;

        void Say(Finding finding)
        {
            findings.Add(finding);
            if (json) return;
            var mark = finding.Health switch { Health.Well => "ok  ", Health.Weak => "weak", _ => "ILL " };
            Console.Out.WriteLine($"{mark}  {finding.Subject,-12}  {finding.Found}");
            if (finding.Advice is { } advice)
                Console.Out.WriteLine($"      {"",-12}  → {advice}");
        }

        async Task<bool> OpenStoreAsync()
        {
            var clock = Stopwatch.StartNew();
            try
            {
                await StoreSession.UseAsync(url, async session =>
                {
                    foreach (var finding in await StoreChecks.OfOpenAsync(session, clock.Elapsed, TimeProvider.System, cancel))
                        Say(finding);
                    return ExitCode.Done;
                }, cancel);
                return true;
            }
            catch (Exception e) when (e is StoreException or PrivatePostgresException)
            {
                Say(new Finding("store", Health.Ill, "cannot be opened", e.Message));
                return false;
            }
        }
    }
}
