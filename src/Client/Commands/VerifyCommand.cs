using System.Collections.Concurrent;
using System.CommandLine;
using SweepCluster.Client.Running;
using SweepCluster.Grains;

namespace SweepCluster.Client.Commands;

/// <summary>sweep verify SWEEP: trains every finished trial again and compares θ, bit for bit.</summary>
internal static class VerifyCommand
{
    public static Command Create()
    {
        var sweep = SweepWord.Argument();
        var sample = SampleOption();
        var slots = SlotsOption.Create();
        var store = StoreSession.Option();
        var json = JsonOutput.Option();
        var command = new ExampledCommand("verify", "Train a sweep's finished trials again and compare the results bit for bit", "sweep verify l2-visual-intuition", "sweep verify l2-visual-intuition --sample 2") { sweep, sample, slots, store, json };
        command.SetAction((parsed, cancel) => StoreSession.UseAsync(
            parsed.GetValue(store), session => RunAsync(session, parsed.GetRequiredValue(sweep), parsed.GetValue(sample), parsed.GetValue(slots), parsed.GetValue(json), cancel), cancel));
        return command;
    }

    private static Option<int?> SampleOption() => new("--sample")
    {
        Description = "Train only so many of them again, spread evenly over the grid [default: all]",
        HelpName = "N",
        CustomParser = result =>
        {
            if (int.TryParse(result.Tokens[^1].Value, out var sample) && sample >= 1)
                return sample;
            result.AddError($"--sample must be a whole number >= 1, found '{result.Tokens[^1].Value}'");
            return null;
        },
    };

    private static async Task<int> RunAsync(StoreSession session, string word, int? sample, int? slots, bool json, CancellationToken cancel)
    {
        var found = await SweepWord.FindAsync(session, word, cancel);
        var specification = await session.Ledger.Sweeps.SpecificationAsync(found.Id, cancel);
        var trials = (await session.Ledger.Trials.OfSweepAsync(found.Id, cancel)).Where(trial => trial.ThetaSha256 is not null).ToList();
        if (trials.Count == 0)
            throw new UserMistake($"{found.Name} ({found.Id}) has no finished trial to verify");

        trials = [.. Verification.Sample(trials, sample)];
        var labels = new TrialLabels(specification);
        var data = new DataSets(session.Ledger);
        if (await data.LoadAsync(Verification.PlanOf(specification, trials[0]), cancel) is { } lacking)
            throw new UserMistake(lacking);
        var different = 0;
        var compared = new ConcurrentBag<Compared>();
        await Parallel.ForEachAsync(trials, new ParallelOptions { MaxDegreeOfParallelism = slots ?? Environment.ProcessorCount, CancellationToken = cancel }, async (trial, stop) =>
        {
            var second = Verification.TrainAgain(specification, trial, await session.Ledger.Trials.LossesAsync(trial.Id, stop), data, stop);
            compared.Add(new Compared(trial.Id.Value, trial.Ordinal, trial.Replicate, second.Sha256 == trial.ThetaSha256 && second.Epoch is null, second.Sha256!, trial.ThetaSha256!, second.Epoch));
            if (second.Sha256 == trial.ThetaSha256 && second.Epoch is null)
            {
                if (!json) await Console.Out.WriteLineAsync($"same       {labels.Of(trial)}  {second.Sha256}");
                return;
            }
            Interlocked.Increment(ref different);
            var since = second.Epoch is { } epoch ? $"losses differ from epoch {epoch} on" : "losses are the same";
            if (!json) await Console.Out.WriteLineAsync($"DIFFERENT  {labels.Of(trial)}  {second.Sha256}  stored {trial.ThetaSha256}; {since}");
        });
        if (json) JsonOutput.Write(compared.OrderBy(one => (one.Ordinal, one.Replicate)));
        await Console.Error.WriteLineAsync(different == 0
            ? $"sweep: {Numbers.Count(trials.Count, "trial")} trained again: every bit is the same"
            : $"sweep: {different} of {Numbers.Count(trials.Count, "trial")} came out different; another version of this program, or a fault of this machine");
        return different == 0 ? ExitCode.Done : ExitCode.WorkFailed;
    }

    /// <param name="Epoch">The first whose losses differ; null where none do.</param>
    private sealed record Compared(long Trial, long Ordinal, int Replicate, bool Same, string ThetaSha256, string StoredSha256, int? Epoch);
}
