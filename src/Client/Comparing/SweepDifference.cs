using SweepCluster.Contracts;
using SweepCluster.Reports;
using SweepCluster.Store.Queries;

namespace SweepCluster.Client.Comparing;

/// <summary>One key that two sweeps do not have in common.</summary>
internal sealed record KeyDifference(string Key, string Left, string Right);

/// <summary>One configuration that both sweeps tried.</summary>
/// <param name="SameBits">Trials of the same replicate whose θ has the same hash, of <paramref name="Hashed"/> that have one and <paramref name="Compared"/> that both finished.</param>
/// <param name="Paired">By how much the right one's are greater, seed by seed; null where no trials of both share a seed.</param>
internal sealed record SharedConfiguration(Configuration Configuration, ReplicatedLoss Left, ReplicatedLoss Right, int SameBits, int Hashed, int Compared, PairedDifference? Paired);

/// <summary>What two sweeps asked differently, and what came of the configurations they share.</summary>
/// <param name="Objective">What the trials of both are compared by; where the two do not agree, the validation loss.</param>
internal sealed record SweepDifference(Objective Objective, IReadOnlyList<KeyDifference> Keys, IReadOnlyList<SharedConfiguration> Shared, int OnlyLeft, int OnlyRight)
{
    private const string Absent = "-";

    public static SweepDifference Of(Specification left, IReadOnlyCollection<TrialSummary> leftTrials, Specification right, IReadOnlyCollection<TrialSummary> rightTrials)
    {
        // A key that one sweeps and the other fixes tells configurations of both apart.
        var keys = left.SweptKeys.Concat(right.SweptKeys).Distinct().ToList();
        var objective = left.Objective == right.Objective ? left.Objective : Objective.Default;
        var (ours, theirs) = (ByValues(left, leftTrials, objective, keys), ByValues(right, rightTrials, objective, keys));
        var shared = ours.Keys.Where(theirs.ContainsKey).Select(values => Share(BySeed(left.Seed, objective, ours[values]), ours[values], BySeed(right.Seed, objective, theirs[values]), theirs[values])).ToList();
        return new SweepDifference(objective, DifferentKeys(left, right), shared, ours.Count - shared.Count, theirs.Count - shared.Count);
    }

    private static List<KeyDifference> DifferentKeys(Specification left, Specification right)
    {
        var (ours, theirs) = (Texts(left), Texts(right));
        return [.. ours.Keys.Union(theirs.Keys).Select(key => new KeyDifference(key, ours.GetValueOrDefault(key, Absent), theirs.GetValueOrDefault(key, Absent)))
            .Where(difference => difference.Left != difference.Right)];
    }

    private static Dictionary<string, string> Texts(Specification specification)
    {
        var texts = specification.Values.Where(entry => entry.Key != "name").ToDictionary(entry => entry.Key, entry => entry.Value.ToString()!);
        foreach (var axis in specification.Axes)
            texts[axis.Key] = $"[{string.Join(", ", axis.Values)}]";
        foreach (var searched in specification.Search?.Keys ?? [])
            texts[searched.Key] = searched.Domain.Text;
        return texts;
    }

    private static Dictionary<string, ConfigurationResult> ByValues(Specification specification, IReadOnlyCollection<TrialSummary> trials, Objective objective, List<string> keys) =>
        ConfigurationResult.Rank(trials, objective).OrderBy(result => result.Loss.Ordinal).ToDictionary(result => Values(specification, result.Configuration, keys));

    private static string Values(Specification specification, Configuration configuration, List<string> keys) =>
        string.Join('\n', keys.Select(key => specification.Find(key, configuration)));

    private static SharedConfiguration Share(Dictionary<ulong, double> leftSeeds, ConfigurationResult left, Dictionary<ulong, double> rightSeeds, ConfigurationResult right)
    {
        var both = left.Trials.Join(right.Trials, trial => trial.Replicate, trial => trial.Replicate, (ours, theirs) => (ours, theirs)).ToList();
        var configuration = left.Configuration.Entries.Count >= right.Configuration.Entries.Count ? left.Configuration : right.Configuration;
        return new SharedConfiguration(configuration, left.Loss, right.Loss,
            both.Count(pair => pair.ours.ThetaSha256 is { } hash && hash == pair.theirs.ThetaSha256),
            both.Count(pair => pair is { ours.ThetaSha256: not null, theirs.ThetaSha256: not null }),
            both.Count, Replication.Paired(rightSeeds, leftSeeds));
    }

    private static Dictionary<ulong, double> BySeed(ulong seed, Objective objective, ConfigurationResult result) =>
        result.Trials.ToDictionary(trial => TrialSeed.Of(seed, trial.Replicate), trial => trial.ValueOf(objective)!.Value);
}
