namespace SweepCluster.Training;

/// <summary>What a batch's loss is the mean of; y are the outputs, t the targets, d = y − t.</summary>
public enum LossKind
{
    /// <summary>d², over rows and outputs.</summary>
    MeanSquaredError,

    /// <summary>d² / 2 for |d| ≤ δ, else δ·(|d| − δ / 2), over rows and outputs.</summary>
    Huber,

    /// <summary>−ln softmax(y)[class], over rows. The data have one target column: the class, counted from 0.</summary>
    CrossEntropy,
}

/// <param name="Delta">Huber's δ; the others have none.</param>
public sealed record LossPlan(LossKind Kind, float Delta = 1)
{
    public static LossPlan MeanSquaredError { get; } = new(LossKind.MeanSquaredError);

    public static LossPlan CrossEntropy { get; } = new(LossKind.CrossEntropy);

    public static LossPlan Huber(float delta = 1) => new(LossKind.Huber, delta);

    /// <exception cref="ArgumentException">The loss cannot be taken of the network's outputs and the data's targets.</exception>
    internal void Validate(NetworkPlan network, DataSet data)
    {
        Requirement.That(Kind is >= LossKind.MeanSquaredError and <= LossKind.CrossEntropy, nameof(Kind), "must be a known loss", Kind);
        if (Kind == LossKind.CrossEntropy)
        {
            Requirement.That(network.Outputs >= 2, nameof(network.Outputs), "must be at least 2 for classes", network.Outputs);
            Requirement.That(network.Output == Activation.Linear, nameof(network.Output), "must be Linear, because cross-entropy takes the softmax itself", network.Output);
            Requirement.That(data.Outputs == 1, nameof(data.Outputs), "must be one column of classes", data.Outputs);
            AreClasses(data.Y, network.Outputs);
            return;
        }

        Requirement.That(network.Outputs == data.Outputs, nameof(network.Outputs), $"must be the data's {data.Outputs}", network.Outputs);
        Requirement.IsAboveZero(Delta, nameof(Delta));
    }

    private static void AreClasses(ReadOnlySpan<float> y, int classes)
    {
        for (var row = 0; row < y.Length; row++)
        {
            if (y[row] >= 0 && y[row] < classes && y[row] == MathF.Truncate(y[row])) continue;
            throw new ArgumentException($"{nameof(y)}: must be classes from 0 to {classes - 1}, whole numbers below the network's {classes} outputs, found {y[row]} at row {row}, column 0");
        }
    }
}
