using SweepCluster.Contracts.Keys;

namespace SweepCluster.Contracts.Files;

/// <summary>
/// Keys that only some choices read. One that is given another value than its default, while no configuration of the grid makes
/// such a choice, would change nothing: its author expects something else.
/// </summary>
internal static class UnusedKeys
{
    private static readonly (string Key, string Chooser, string[] Choices)[] Readers =
    [
        ("training.huber_delta", "training.loss", ["huber"]),
        ("training.beta1", "training.optimizer", ["adam", "adamw"]),
        ("training.beta2", "training.optimizer", ["adam", "adamw"]),
        ("training.epsilon", "training.optimizer", ["adam", "adamw", "rmsprop"]),
        ("training.weight_decay", "training.optimizer", ["adamw"]),
        ("training.momentum", "training.optimizer", ["sgd", "rmsprop"]),
        ("training.nesterov", "training.optimizer", ["sgd"]),
        ("training.rho", "training.optimizer", ["rmsprop"]),
        ("training.schedule.every", "training.schedule.kind", ["step"]),
        ("training.schedule.factor", "training.schedule.kind", ["step"]),
        ("training.schedule.floor", "training.schedule.kind", ["cosine"]),
    ];

    public static void Run(Specification specification, IReadOnlyDictionary<string, Mark> marks, ProblemList problems)
    {
        foreach (var (key, chooser, choices) in Readers)
        {
            var chosen = Values(specification, chooser).Select(value => value.ToString()).ToList();
            var definition = SweepFileKeys.ByKey[key];
            var usual = definition.Domain.Read(new ScalarNode(definition.Default!, false, default)).Value;
            if (chosen.Any(choices.Contains) || Values(specification, key).All(value => value.Equals(usual)))
                continue;
            problems.Add(marks[key], $"{key}: changes nothing where {chooser} is {string.Join(" or ", chosen)}; it is for {string.Join(", ", choices)}");
        }
    }

    private static IEnumerable<Value> Values(Specification specification, string key) =>
        specification.Axes.FirstOrDefault(axis => axis.Key == key)?.Values ?? [specification.Value(key)];
}
