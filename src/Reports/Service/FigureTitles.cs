
namespace SweepCluster.Reports.Service;

/// <summary>What figures are called before they are drawn, and which of them are worth a place on the page of a large sweep.</summary>
internal static class FigureTitles
{
    private static readonly (string Name, string Title)[] Titles =
    [
        ("data", "The data"),
        ("model-losses", "Training and validation loss of the best"),
        ("model-prediction", "Prediction of the best over the data"),
        ("monte-carlo-dropout", "What many dropout passes disagree about"),
        ("model-density", "How training moves the parameters"),
        ("parameters-over-epochs", "Parameters over epochs"),
        ("parameters-per-layer", "Parameters per layer"),
        ("metrics", "What the program of the best reported"),
        ("final-metric", "What trials end with against each hyperparameter"),
        ("metric-distribution", "How it is distributed over trials"),
        ("metric-scatter", "How it goes with the other numbers of each trial"),
        ("metric-curves", "How it comes about over epochs for each value"),
        ("final-losses", "Final loss against each hyperparameter"),
        ("heat-map", "Results over two hyperparameters"),
        ("parallel-coordinates", "Every configuration as a line"),
        ("importance", "What matters: variance explained by each hyperparameter"),
        ("paired-differences", "How far behind the best, replicate by replicate"),
        ("bias-variance", "Bias and variance of every configuration"),
        ("training-losses", "Training loss for each value"),
        ("learning-curve", "Loss against the amount of data"),
        ("sparsity", "How many parameters a penalty brings to zero"),
        ("replicates", "Mean over replicates with its confidence band"),
        ("predictions", "Predictions for each value"),
        ("densities", "Distribution of the parameters for each value"),
        ("divergence", "How far parameters went from where they began"),
    ];

    public static string Of(string name)
    {
        var (known, title) = Titles.FirstOrDefault(pair => name == pair.Name || name.StartsWith(pair.Name + "-", StringComparison.Ordinal));
        return known is null ? name : name.Length == known.Length ? title : $"{title}: {name[(known.Length + 1)..]}";
    }

    public static IReadOnlyList<FigureCard> Likely(IReadOnlyList<FigureKind> kinds, SweepResults results) =>
        [.. kinds.Where(kind => IsLikely(kind, results)).Select(kind => new FigureCard(kind.Name, Of(kind.Name), null, []))];

    // Few sweeps keep the spread of many passes; without a finished trial only losses can be there.
    private static bool IsLikely(FigureKind kind, SweepResults results) =>
        kind.Name != "monte-carlo-dropout" && (results.Best is not null || kind.Needs is { Best: Parts.Losses } or { Slices: Parts.Losses });
}
