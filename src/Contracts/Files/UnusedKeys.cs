using SweepCluster.Contracts.Keys;

namespace SweepCluster.Contracts.Files;

/// <summary>
/// Keys that only some choices read. One that is given another value than its default, while no configuration of the grid makes
/// such a choice, would change nothing: its author expects something else.
/// </summary>
internal static class UnusedKeys
{
    private static readonly (string Key, string[] Numbers)[] NumberReaders =
    [
        ("regularization.l2_form", ["regularization.l2"]),
        ("regularization.l1_step", ["regularization.l1"]),
        ("regularization.norm.p", ["regularization.norm.strength"]),
        ("regularization.norm.q", ["regularization.norm.strength"]),
        ("regularization.applies_to", ["regularization.l2", "regularization.l1", "training.weight_decay"]),
        ("regularization.dropout.passes", ["regularization.dropout.p", "regularization.dropout.keep_prob"]),
    ];

    private static readonly (string Key, string Chooser, string[] Choices)[] Readers =
    [
        ("stopping.grace", "stopping.rule", ["median", "asha"]),
        ("stopping.factor", "stopping.rule", ["asha"]),
        ("stopping.fewest", "stopping.rule", ["median"]),
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
        var kind = specification.Value("data.kind").ToString();
        foreach (var definition in SweepFileKeys.All)
            if (definition.OnlyFor is { } only && only != kind && marks.TryGetValue(definition.Key, out var mark))
                problems.Add(mark, $"{definition.Key}: is for data.kind {only}, found kind {kind}; remove it");
        foreach (var (key, chooser, choices) in Readers)
        {
            var chosen = Values(specification, chooser).Select(value => value.ToString()).ToList();
            if (chosen.Any(choices.Contains) || IsUsual(specification, key))
                continue;
            problems.Add(marks[key], $"{key}: changes nothing where {chooser} is {string.Join(" or ", chosen)}; it is for {string.Join(", ", choices)}");
        }

        foreach (var (key, numbers) in NumberReaders)
            if (!numbers.Any(number => Values(specification, number).Any(IsOn)) && !IsUsual(specification, key))
                problems.Add(marks[key], $"{key}: changes nothing without {string.Join(" or ", numbers)}; give one, or remove this");
        if (Values(specification, "stopping.patience").All(value => value is Value.Word) && Values(specification, "stopping.restore_best").All(value => value.ToString() == "off")
            && !IsUsual(specification, "stopping.min_change"))
            problems.Add(marks["stopping.min_change"], "stopping.min_change: changes nothing without stopping.patience or stopping.restore_best; give one, or remove this");
    }

    /// <summary>A number above 0, or rates; keep_prob is on wherever it is a number.</summary>
    private static bool IsOn(Value value) => value is Value.Real { Number: > 0 } or Value.Rates;

    private static bool IsUsual(Specification specification, string key)
    {
        var definition = SweepFileKeys.ByKey[key];
        var usual = definition.Domain.Read(new ScalarNode(definition.Default!, false, default)).Value;
        return Values(specification, key).All(value => value.Equals(usual));
    }

    private static IReadOnlyList<Value> Values(Specification specification, string key) => specification.ValuesOf(key);
}
