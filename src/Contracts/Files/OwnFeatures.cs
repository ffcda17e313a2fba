namespace SweepCluster.Contracts.Files;

/// <summary>What only simd, our own trainer, can do: a plan for another one may not ask for it.</summary>
internal static class OwnFeatures
{
    private static readonly (string Key, Func<Value, bool> IsOwn)[] Features =
    [
        ("data.fraction", value => value.AsNumber < 1),
        ("augmentation.inputs", value => value.AsNumber > 0),
        ("augmentation.targets", value => value.AsNumber > 0),
        ("regularization.l2_form", value => value.ToString() == L2Form.Decoupled),
        ("regularization.l1_step", value => value.ToString() != "proximal"),
        ("regularization.norm.strength", value => value.AsNumber > 0),
        ("regularization.applies_to", value => value.ToString() != "all"),
        ("regularization.dropout.p", value => value is Value.Rates),
        ("regularization.dropout.keep_prob", value => value is Value.Rates),
    ];

    /// <summary>One for each: a check of all would walk the product of all their axes.</summary>
    public static IEnumerable<(string[] Keys, Func<Func<string, Value>, string?> Problem)> Checks { get; } =
        [.. Features.Select(feature => ((string[])["training.trainer", feature.Key], Problem(feature.Key, feature.IsOwn)))];

    private static Func<Func<string, Value>, string?> Problem(string key, Func<Value, bool> isOwn) => value =>
        value("training.trainer").ToString() == "simd" || !isOwn(value(key)) ? null
        : $"{key}: only training.trainer: simd knows {value(key)}, found {value("training.trainer")}";
}
