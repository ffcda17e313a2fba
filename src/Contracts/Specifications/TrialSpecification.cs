namespace SweepCluster.Contracts;

/// <summary>Everything a trial's result depends on: one configuration of the grid, resolved, under one replicate's seed.</summary>
/// <param name="Seed">Seed of initial θ, batch order and dropout. The same for every configuration of a replicate,
/// so that configurations are compared under common random numbers and a grid can grow without changing old trials.</param>
public sealed record TrialSpecification(
    DataSpecification Data,
    ModelSpecification Model,
    TrainingSpecification Training,
    RegularizationSpecification Regularization,
    SnapshotSpecification Snapshots,
    ulong Seed)
{
    public AugmentationSpecification Augmentation { get; init; } = new(0, 0);

    public StoppingSpecification Stopping { get; init; } = StoppingSpecification.None;

    /// <summary>m: how many rows are trained on.</summary>
    public int TrainingRows => Data.Split.TrainingRows(Data.Points, Data.Fraction);

    /// <summary>Of the network.</summary>
    public int Inputs => Data.Table?.Inputs.Count ?? 1;

    /// <summary>Of the network: one for each target, or one for each class.</summary>
    public int Outputs => Data.Table is not { } table ? 1 : table.Classes.Count > 0 ? table.Classes.Count : table.Targets.Count;
}

/// <summary>Jitter of the training rows, drawn anew each epoch: standard deviations in units of x, and of the scaled targets.</summary>
public sealed record AugmentationSpecification(double Inputs, double Targets);

/// <summary>The article's synthetic data, sin(A·x)·(1 − cos(B·x))/exp(C·x) + ε on [0, 4π], or a table.</summary>
/// <param name="Kind"><c>oscillation</c> or <c>csv</c>.</param>
/// <param name="A">Fixed coefficient, or null to draw it from <paramref name="Seed"/>; likewise B and C.</param>
/// <param name="Noise">Standard deviation of ε before scaling.</param>
/// <param name="Scale"><c>minmax</c>, <c>standard</c> or <c>none</c>.</param>
public sealed record DataSpecification(
    string Kind, int Points, double? A, double? B, double? C, double Noise, string Scale, SplitSpecification Split, ulong Seed)
{
    /// <summary>Share of the training part that is trained on.</summary>
    public double Fraction { get; init; } = 1;

    /// <summary>Null for generated data.</summary>
    public TableSpecification? Table { get; init; }
}

/// <summary>Shares of the rows; they add up to 1.</summary>
public sealed record SplitSpecification(double Train, double Validation, double Test)
{
    /// <summary>How many rows each part gets: the ends of the training and of the validation share, rounded; test what is left.</summary>
    public (int Train, int Validation, int Test) Rows(int points)
    {
        var train = Math.Min(points, (int)Math.Round(points * Train));
        var known = Math.Clamp((int)Math.Round(points * (Train + Validation)), train, points);
        return (train, known - train, points - known);
    }

    /// <summary>Rows of a share of the training part: rounded, at least one.</summary>
    public int TrainingRows(int points, double fraction) => fraction >= 1 ? Rows(points).Train : Math.Max(1, (int)Math.Round(Rows(points).Train * fraction));
}

/// <param name="Stem">Width of a first linear layer without activation, or null for none.</param>
/// <param name="Hidden">Widths of the hidden layers, first to last.</param>
/// <param name="Activation"><c>linear</c>, <c>relu</c>, <c>leaky_relu</c>, <c>tanh</c> or <c>sigmoid</c>.</param>
/// <param name="Slope">Slope of leaky_relu below zero.</param>
/// <param name="Output">Activation of the output layer.</param>
public sealed record ModelSpecification(
    string Preset, int? Stem, IReadOnlyList<int> Hidden, string Activation, double Slope, string Output);

/// <param name="Optimizer"><c>adam</c>, <c>adamw</c>, <c>sgd</c> or <c>rmsprop</c>; each reads its own of the knobs.</param>
public sealed record TrainingSpecification(
    int Epochs, int Batch, string Optimizer, double LearningRate, double Beta1, double Beta2, double Epsilon)
{
    /// <summary>What computes: <c>simd</c> gives the same bits everywhere; <c>torchsharp</c> the same losses but for rounding.</summary>
    public string Trainer { get; init; } = "simd";

    /// <summary>AdamW's λ, decoupled from the gradient.</summary>
    public double WeightDecay { get; init; }

    /// <summary>Of sgd and rmsprop.</summary>
    public double Momentum { get; init; }

    /// <summary>Of sgd.</summary>
    public bool Nesterov { get; init; }

    /// <summary>Decay of rmsprop's mean of squared gradients.</summary>
    public double Rho { get; init; } = 0.99;

    /// <summary>Greatest norm of a batch's gradient, or null for any.</summary>
    public double? ClipNorm { get; init; }

    /// <summary><c>mse</c>, <c>huber</c> or <c>cross_entropy</c>.</summary>
    public string Loss { get; init; } = "mse";

    public double HuberDelta { get; init; } = 1;

    public ScheduleSpecification Schedule { get; init; } = ScheduleSpecification.Constant;
}

/// <summary>The learning rate over the epochs.</summary>
/// <param name="Kind"><c>constant</c>, <c>step</c> or <c>cosine</c>.</param>
/// <param name="Every">Epochs between the drops of <c>step</c>.</param>
/// <param name="Factor">What a drop multiplies with.</param>
/// <param name="Floor">Share of the learning rate that <c>cosine</c> ends at.</param>
/// <param name="Warmup">Epochs of rising before it begins.</param>
public sealed record ScheduleSpecification(string Kind, int Every, double Factor, double Floor, double Warmup)
{
    public static ScheduleSpecification Constant { get; } = new("constant", 10, 0.1, 0, 0);
}

/// <param name="L2">λ in the spelling of <see cref="L2Form"/>.</param>
/// <param name="L1">λ of λ‖θ‖₁.</param>
public sealed record RegularizationSpecification(double L2, double L1, DropoutSpecification Dropout)
{
    public string L2Form { get; init; } = Contracts.L2Form.Coupled;

    /// <summary><c>proximal</c>, <c>scaled</c> or <c>subgradient</c>.</summary>
    public string L1Step { get; init; } = "proximal";

    public NormSpecification Norm { get; init; } = new(0, 2, 2);

    /// <summary><c>all</c> or <c>weights</c>.</summary>
    public string AppliesTo { get; init; } = "all";
}

/// <summary>λ · Σ over the weight matrices of their L(p,q) norm.</summary>
public sealed record NormSpecification(double Strength, double P, double Q);

/// <param name="P">Share of units dropped, in [0, 1]; 0 where each layer has its own.</param>
/// <param name="Evaluation"><c>off</c> (standard) or <c>on</c> (the notebook's: dropout stays on in validation and fit).</param>
public sealed record DropoutSpecification(double P, string Evaluation)
{
    /// <summary>By hidden layer; null for <see cref="P"/> in all.</summary>
    public IReadOnlyList<double>? ByLayer { get; init; }

    /// <summary>Monte Carlo passes behind the fit's mean and spread; null for some where evaluation is on and none else.</summary>
    public int? Passes { get; init; }

    /// <summary>Whether any unit is ever dropped.</summary>
    public bool Drops => P > 0 || ByLayer?.Any(p => p > 0) == true;
}

/// <param name="Every">A snapshot of θ each so many epochs; epoch 0 and the last are always kept.</param>
public sealed record SnapshotSpecification(int Every);
