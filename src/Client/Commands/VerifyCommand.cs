using System.CommandLine;
using SweepCluster.Client.Running;

namespace SweepCluster.Client.Commands;

/// <summary>sweep verify SWEEP: trains every finished trial again and compares θ, bit for bit.</summary>
internal static class VerifyCommand
{
    public static Command Create()
    {
        var sweep = SweepWord.Argument();
        var slots = SlotsOption.Create();
        var store = StoreSession.Option();
        var command = new ExampledCommand("verify", "Train a sweep's finished trials again and compare the results bit for bit", "sweep verify l2-visual-intuition") { sweep, slots, store };
        command.SetAction((parsed, cancel) => StoreSession.UseAsync(
            parsed.GetValue(store), session => RunAsync(session, parsed.GetRequiredValue(sweep), parsed.GetValue(slots), cancel), cancel));
        return command;
    }

    private static async Task<int> RunAsync(StoreSession session, string word, int? slots, CancellationToken cancel)
    {
        var found = await SweepWord.FindAsync(session, word, cancel);
        var specification = await session.Ledger.Sweeps.SpecificationAsync(found.Id, cancel);
        var trials = (await session.Ledger.Trials.OfSweepAsync(found.Id, cancel)).Where(trial => trial.ThetaSha256 is not null).ToList();
        if (trials.Count == 0)
            throw new UserMistake($"{found.Name} ({found.Id}) has no finished trial to verify");

        var labels = new TrialLabels(specification);
        var different = 0;
        await Parallel.ForEachAsync(trials, new ParallelOptions { MaxDegreeOfParallelism = slots ?? Environment.ProcessorCount, CancellationToken = cancel }, (trial, stop) =>
        {
            var again = Verification.TrainAgain(specification, trial, stop);
            var same = again == trial.ThetaSha256;
            if (!same)
                Interlocked.Increment(ref different);
            Console.Out.WriteLine($"{(same ? "same      " : "DIFFERENT ")} {labels.Of(trial)}  {again}{(same ? "" : $"  stored {trial.ThetaSha256}")}");
            return ValueTask.CompletedTask;
        });
        await Console.Error.WriteLineAsync(different == 0
            ? $"sweep: {Numbers.Count(trials.Count, "trial")} trained again: every bit is the same"
            : $"sweep: {different} of {Numbers.Count(trials.Count, "trial")} came out different; another version of this program, or a fault of this machine");
        return different == 0 ? ExitCode.Done : ExitCode.WorkFailed;
    }
}
