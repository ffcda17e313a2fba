using SweepCluster.Training.Network;
using SweepCluster.Training.PiecewiseLinear;

namespace SweepCluster.Training;

/// <summary>All that decides a trial's θ besides its data.</summary>
/// <param name="Batch">Rows per step; the last batch of an epoch has what is left.</param>
public sealed record TrainingPlan(
    NetworkPlan Network, int Epochs, int Batch, AdamPlan Optimizer, RegularizationPlan Regularization, ulong Seed)
{
    public TrainingPath Path { get; init; }

    /// <summary>What <see cref="TrainingPath.Default"/> stands for in this plan.</summary>
    internal TrainingPath ResolvedPath =>
        Path != TrainingPath.Default ? Path
        : PiecewisePlan.Fits(this) ? TrainingPath.PiecewiseLinear
        : FoldedStem.Fits(Network) ? TrainingPath.FoldedStem
        : TrainingPath.Plain;

    /// <exception cref="ArgumentException">The plan cannot be trained on the data; the message says what was found and expected.</exception>
    internal void Validate(DataSet data)
    {
        Require(Network.Inputs == data.Inputs, nameof(Network.Inputs), $"must be the data's {data.Inputs}", Network.Inputs);
        Require(Network.Outputs == data.Outputs, nameof(Network.Outputs), $"must be the data's {data.Outputs}", Network.Outputs);
        Require(Network.Stem is null or > 0, nameof(Network.Stem), "must be at least 1, or null for none", Network.Stem);
        for (var i = 0; i < Network.Hidden.Count; i++) Require(Network.Hidden[i] > 0, $"{nameof(Network.Hidden)}[{i}]", "must be at least 1", Network.Hidden[i]);
        Require(Network.Hidden.Count <= 200, nameof(Network.Hidden), "must be at most 200 layers", Network.Hidden.Count);
        Require(Enum.IsDefined(Network.Activation), nameof(Network.Activation), "must be a known activation", Network.Activation);
        Require(Enum.IsDefined(Network.Output), nameof(Network.Output), "must be a known activation", Network.Output);
        Require(Network.Slope >= 0 && float.IsFinite(Network.Slope), nameof(Network.Slope), "must be at least 0", Network.Slope);
        Require(Epochs >= 0, nameof(Epochs), "must be at least 0", Epochs);
        Require(Batch > 0, nameof(Batch), "must be at least 1", Batch);
        Require(Optimizer.LearningRate >= 0 && float.IsFinite(Optimizer.LearningRate), nameof(Optimizer.LearningRate), "must be at least 0", Optimizer.LearningRate);
        Require(Optimizer.Beta1 is >= 0 and < 1, nameof(Optimizer.Beta1), "must be in [0, 1)", Optimizer.Beta1);
        Require(Optimizer.Beta2 is >= 0 and < 1, nameof(Optimizer.Beta2), "must be in [0, 1)", Optimizer.Beta2);
        Require(Optimizer.Epsilon > 0 && float.IsFinite(Optimizer.Epsilon), nameof(Optimizer.Epsilon), "must be above 0", Optimizer.Epsilon);
        Require(Regularization.L2 >= 0 && float.IsFinite(Regularization.L2), nameof(Regularization.L2), "must be at least 0", Regularization.L2);
        Require(Regularization.L1 >= 0 && float.IsFinite(Regularization.L1), nameof(Regularization.L1), "must be at least 0", Regularization.L1);
        Require(Regularization.Dropout is >= 0 and <= 1, nameof(Regularization.Dropout), "must be in [0, 1]", Regularization.Dropout);
        Require(Path != TrainingPath.FoldedStem || FoldedStem.Fits(Network), nameof(Path), "needs a stem of at most 15 inputs and a hidden layer", Path);
        Require(Path != TrainingPath.PiecewiseLinear || PiecewisePlan.Fits(this), nameof(Path), "needs one input, two hidden layers, ReLU or leaky ReLU, a batch of 16 and dropout below 0.5", Path);
        Require(data.RowsOf(Part.Train).Length > 0, nameof(Part.Train), "needs at least 1 row", 0);
        Require(data.RowsOf(Part.Validation).Length > 0, nameof(Part.Validation), "needs at least 1 row", 0);
    }

    private static void Require(bool holds, string name, string expected, object? found)
    {
        if (!holds) throw new ArgumentException($"{name}: {expected}, found {found ?? "none"}");
    }
}
