using System.CommandLine;

namespace SweepCluster.Client.Commands;

/// <summary>sweep launch FILE --store URL: puts the sweep into the cluster's store and returns; silos find it there.</summary>
internal static class LaunchCommand
{
    public static Command Create()
    {
        var file = SweepFileArgument.Create();
        var priority = PriorityOption.Create();
        var store = StoreSession.Option();
        var json = JsonOutput.Option();
        var command = new ExampledCommand("launch", "Put a sweep into a cluster's store, for its silos to train", "sweep launch examples/l2.yaml --store postgresql://sweep@db/sweeps") { file, priority, store, json };
        command.SetAction(async (parsed, cancel) =>
        {
            if (SweepFileArgument.Read(parsed.GetRequiredValue(file)) is not { } specification)
                return ExitCode.BadInput;
            var url = StoreSession.Shared(parsed.GetValue(store), $"to train on this machine alone, use `{CommandName.Text} run`");
            return await StoreSession.UseAsync(url, async session =>
            {
                var id = await session.Ledger.Launch.LaunchAsync(specification, parsed.GetValue(priority), cancel);
                if (parsed.GetValue(json)) JsonOutput.Write(new { Sweep = id.Value, specification.Name, Trials = specification.TrialCount });
                else Console.Out.WriteLine(id.Value);
                var named = parsed.GetValue(store) is null ? "" : $" --store {session.Ledger.Address}";
                await Console.Error.WriteLineAsync($"sweep: launched {specification.Name}: {Numbers.Count(specification.TrialCount, "trial")}; watch it with `{CommandName.Text} watch {id}{named}`");
                return ExitCode.Done;
            }, cancel);
        });
        return command;
    }
}
