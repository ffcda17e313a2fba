namespace SweepCluster.Training.Tests;

/// <summary>The plans the tests train.</summary>
internal static class Plans
{
    public static NetworkPlan Notebook { get; } = new(1, 64, [64, 64, 64], Activation.LeakyRelu, 0.03f, 1, Activation.Linear);

    public static NetworkPlan Small { get; } = new(1, 8, [8, 8, 8], Activation.LeakyRelu, 0.03f, 1, Activation.Linear);

    public static IReadOnlyList<(string Name, OptimizerPlan Plan)> Optimizers { get; } =
    [
        ("adam", AdamPlan.Default),
        ("adamw", AdamWPlan.Default with { LearningRate = 0.01f, WeightDecay = 0.5f }),
        ("sgd", new SgdPlan(0.1f)),
        ("momentum", new SgdPlan(0.1f, 0.9f)),
        ("nesterov", new SgdPlan(0.1f, 0.9f, Nesterov: true)),
        ("rmsprop", new RmsPropPlan(1e-3f)),
        ("rmsprop with momentum", new RmsPropPlan(1e-3f, 0.9f, 1e-6f, 0.5f)),
    ];

    public static OscillationPlan Article(int points = 10_000) =>
        new(points, 1.2, 0.8, 0.02, 0.1, Scaling.MinMax, new SplitRatio(0.7, 0.3, 0), 42);

    public static TrainingPlan Of(
        NetworkPlan network, int epochs = 3, int batch = 64, float l2 = 0, float l1 = 0, double dropout = 0,
        DropoutEvaluation evaluation = DropoutEvaluation.Off, ulong seed = 42) =>
        new(network, epochs, batch, AdamPlan.Default, new RegularizationPlan(l2, l1, dropout, evaluation), seed);
}
