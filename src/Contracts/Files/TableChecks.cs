using SweepCluster.Contracts.Keys;

namespace SweepCluster.Contracts.Files;

/// <summary>What must go together where the data are a table.</summary>
internal static class TableChecks
{
    public static IReadOnlyList<(string[] Keys, Func<Func<string, Value>, string?> Problem)> Checks { get; } =
    [
        (["training.loss"], LossFitsTheTask),
        (["model.output", "model.preset"], ClassesComeFromLinearOutputs),
        (["augmentation.targets"], LabelsDoNotJitter),
        (["data.scale"], GeneratedDataHaveTwoScales),
    ];

    /// <summary>A key that reading the table gives; a stored specification has them all.</summary>
    public static string? Lacks(Specification specification)
    {
        if (specification.Value("data.kind").ToString() != SweepFileKeys.Csv)
            return null;
        string[] needed = ["data.file", "data.sha256", "data.inputs", "data.targets"];
        var lacking = specification.Value("data.task").ToString() == "classification" ? needed.Append("data.classes") : needed;
        return lacking.FirstOrDefault(key => !specification.Has(key)) switch
        {
            null => null,
            "data.sha256" => "data.file: a table is read beside its sweep file and not here; launch the file with `sweep launch`, which stores the table too",
            var missing => $"{missing}: csv needs it, found none",
        };
    }

    private static string? LossFitsTheTask(Func<string, Value> value)
    {
        var isCrossEntropy = value("training.loss").ToString() == "cross_entropy";
        return IsClassification(value) == isCrossEntropy ? null
            : isCrossEntropy ? "training.loss: cross_entropy is for data.task classification of a table (data.kind csv)"
            : $"training.loss: classification is trained with cross_entropy, found {value("training.loss")}; leave it out";
    }

    private static string? ClassesComeFromLinearOutputs(Func<string, Value> value) =>
        !IsClassification(value) || value("model.output").ToString() == "linear" ? null
        : $"model.output: must be linear for classification, because the cross-entropy takes the softmax itself, found {value("model.output")}";

    private static string? LabelsDoNotJitter(Func<string, Value> value) =>
        !IsClassification(value) || !(value("augmentation.targets").AsNumber > 0) ? null
        : $"augmentation.targets: labels have no noise to be given, found {value("augmentation.targets")} with data.task classification; leave it out";

    private static string? GeneratedDataHaveTwoScales(Func<string, Value> value) =>
        value("data.kind").ToString() == SweepFileKeys.Csv || value("data.scale").ToString() != "standard" ? null
        : "data.scale: standard is for tables (data.kind csv); the oscillation has minmax and none";

    private static bool IsClassification(Func<string, Value> value) =>
        value("data.kind").ToString() == SweepFileKeys.Csv && value("data.task").ToString() == "classification";
}
