namespace SweepCluster.Contracts.Files;

/// <summary>
/// What only several keys together can break. Each check walks the part of the grid that it depends on, and reports the first
/// configuration it fails in.
/// </summary>
internal static class CrossChecks
{
    private const double SplitTolerance = 1e-9;

    private static readonly (string[] Keys, Func<Func<string, Value>, string?> Problem)[] Checks =
    [
        .. TableChecks.Checks,
        (["data.split.train", "data.split.validation", "data.split.test"], SplitAddsUp),
        (["training.batch", "data.points", "data.fraction", "data.split.train", "data.split.validation", "data.split.test"], PartsHaveRows),
        (["training.nesterov", "training.momentum", "training.optimizer"], NesterovHasMomentum),
        (["training.weight_decay", "training.learning_rate", "training.optimizer"], DecayKeepsTheSign),
        (["regularization.l2", "regularization.l2_form", "training.learning_rate", "data.points", "data.fraction", "data.split.train", "data.split.validation"], DecoupledKeepsTheSign),
        (["regularization.dropout.keep_prob", "regularization.dropout.p"], DropoutIsGivenOnce),
        (["regularization.dropout.p", "regularization.dropout.keep_prob", "model.hidden", "model.preset"], EachLayerHasARate),
        (["training.schedule.warmup", "training.schedule.kind", "training.epochs"], WarmupEnds),
        .. OwnFeatures.Checks,
    ];

    public static void Run(Specification specification, IReadOnlyDictionary<string, Mark> marks, ProblemList problems)
    {
        if (TableChecks.Lacks(specification) is { } lacking)
        {
            problems.Add(marks.GetValueOrDefault("data"), lacking);
            return;
        }
        foreach (var (keys, problem) in Checks)
        {
            var axes = specification.Axes.Where(axis => keys.Contains(axis.Key)).ToList();
            foreach (var configuration in specification.CombinationsOf(keys))
            {
                if (problem(key => specification.Value(key, configuration)) is not { } text)
                    continue;
                var where = configuration.Entries.Count == 0 ? "" : $" in configuration {configuration}";
                problems.Add(Place(keys, axes, marks), text + where);
                return; // the next check builds on this one
            }
        }

        UnusedKeys.Run(specification, marks, problems);
    }

    private static string? SplitAddsUp(Func<string, Value> value)
    {
        string[] shares = ["train", "validation", "test"];
        var numbers = shares.Select(share => value($"data.split.{share}").AsNumber!.Value).ToArray();
        return Math.Abs(numbers.Sum() - 1) <= SplitTolerance ? null
            : $"data.split: train, validation and test must add up to 1, found {string.Join(" + ", numbers.Select(n => new Value.Real(n)))} = {new Value.Real(Math.Round(numbers.Sum(), 12))}";
    }

    private static string? PartsHaveRows(Func<string, Value> value)
    {
        var points = (int)value("data.points").AsNumber!.Value;
        var split = new SplitSpecification(
            value("data.split.train").AsNumber!.Value, value("data.split.validation").AsNumber!.Value, value("data.split.test").AsNumber!.Value);
        var (_, validation, _) = split.Rows(points);
        var fraction = value("data.fraction").AsNumber!.Value;
        var train = split.TrainingRows(points, fraction);
        var batch = (long)value("training.batch").AsNumber!.Value;
        if (validation < 1 || train < 1)
            return $"data.split: the training and the validation part must have a row each, found {train} and {validation} of {points}; {(value("data.kind").ToString() == Keys.SweepFileKeys.Csv ? "the table needs more rows, or the part a larger share" : "raise data.points or the share")}";
        if (batch > train && fraction < 1)
            return $"training.batch: must be at most the {train} rows that are trained on (data.fraction {value("data.fraction")} of {split.Rows(points).Train}), found {batch}";
        return batch <= train ? null
            : $"training.batch: must be at most the {train} rows of the training part ({value("data.split.train")} of {points} points), found {batch}";
    }

    private static string? NesterovHasMomentum(Func<string, Value> value) =>
        value("training.optimizer").ToString() != "sgd" || value("training.nesterov").ToString() == "off" || value("training.momentum").AsNumber > 0 ? null
        : "training.nesterov: needs training.momentum above 0 (0.9 for example), found on without momentum";

    private static string? DecayKeepsTheSign(Func<string, Value> value) =>
        value("training.optimizer").ToString() != "adamw" || value("training.weight_decay").AsNumber * value("training.learning_rate").AsNumber <= 1 ? null
        : $"training.weight_decay: must be at most 1 / training.learning_rate ({value("training.learning_rate")}), or every step turns the sign of θ, found {value("training.weight_decay")}";

    private static string? DecoupledKeepsTheSign(Func<string, Value> value)
    {
        if (value("regularization.l2_form").ToString() != L2Form.Decoupled)
            return null;
        var split = new SplitSpecification(value("data.split.train").AsNumber!.Value, value("data.split.validation").AsNumber!.Value, 0);
        var rows = split.TrainingRows((int)value("data.points").AsNumber!.Value, value("data.fraction").AsNumber!.Value);
        return value("regularization.l2").AsNumber * value("training.learning_rate").AsNumber <= rows ? null
            : $"regularization.l2: decoupled, it must be at most m / training.learning_rate = {rows} / {value("training.learning_rate")}, or every step turns the sign of θ, found {value("regularization.l2")}";
    }

    private static string? DropoutIsGivenOnce(Func<string, Value> value) =>
        value("regularization.dropout.keep_prob") is Value.Word || value("regularization.dropout.p") is Value.Real { Number: 0 } ? null
        : $"regularization.dropout: give p or keep_prob = 1 − p, not both, found p {value("regularization.dropout.p")} and keep_prob {value("regularization.dropout.keep_prob")}";

    private static string? EachLayerHasARate(Func<string, Value> value)
    {
        foreach (var key in (string[])["regularization.dropout.p", "regularization.dropout.keep_prob"])
            if (value(key) is Value.Rates { Numbers.Count: var rates } && value("model.hidden") is Value.Widths { Numbers.Count: var layers } && rates != layers)
                return $"{key}: must be one number, or one for each of the {layers} hidden layers, found {rates}";
        return null;
    }

    private static string? WarmupEnds(Func<string, Value> value) =>
        value("training.schedule.kind").ToString() != "cosine" || value("training.schedule.warmup").AsNumber < value("training.epochs").AsNumber ? null
        : $"training.schedule.warmup: must be shorter than the {value("training.epochs")} epochs of the cosine, found {value("training.schedule.warmup")}";

    /// <summary>The line to mend: an axis that takes part, else the first of the keys that the file gives, else the grid or the top.</summary>
    private static Mark Place(string[] keys, List<Axis> axes, IReadOnlyDictionary<string, Mark> marks) =>
        axes.Count > 0 ? axes[0].At
        : keys.Concat(["data.split", "data"]).Where(marks.ContainsKey).Select(key => marks[key]).FirstOrDefault();
}
