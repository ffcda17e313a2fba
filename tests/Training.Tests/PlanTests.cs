namespace SweepCluster.Training.Tests;

public sealed class PlanTests
{
    private static readonly DataSet Curve = Oscillation.Create(Plans.Article(100));

    [Fact]
    public void The_notebook_has_12673_parameters_in_five_layers()
    {
        Assert.Equal(12_673, Plans.Notebook.ParameterCount);
        Assert.Equal(["stem", "hidden1", "hidden2", "hidden3", "output"], Plans.Notebook.Layers.Select(layer => layer.Name));
        Assert.Equal(new LayerShape("hidden1", 64, 64, 128, 128 + 4096), Plans.Notebook.Layers[1]);
    }

    public static TheoryData<string, string> Wrong => new()
    {
        { "width", "Hidden[0]: must be at least 1, found 0" },
        { "inputs", "Inputs: must be the data's 1, found 2" },
        { "outputs", "Outputs: must be the data's 1, found 3" },
        { "batch", "Batch: must be at least 1, found 0" },
        { "l2", "L2: must be at least 0, found -0.1" },
        { "l1", "L1: must be at least 0, found NaN" },
        { "dropout", "Dropout: must be in [0, 1], found 1.5" },
        { "rate", "LearningRate: must be at least 0, found Infinity" },
        { "beta", "Beta2: must be in [0, 1), found 1" },
        { "epsilon", "Epsilon: must be above 0, found 0" },
        { "validation", "Validation: needs at least 1 row, found 0" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_plan_that_cannot_be_trained_is_refused_before_training(string what, string message)
    {
        var plan = Plans.Of(Plans.Small);
        var data = what == "validation" ? Oscillation.Create(Plans.Article(10) with { Split = new SplitRatio(1, 0, 0) }) : Curve;
        var wrong = what switch
        {
            "width" => plan with { Network = plan.Network with { Hidden = [0] } },
            "inputs" => plan with { Network = plan.Network with { Inputs = 2 } },
            "outputs" => plan with { Network = plan.Network with { Outputs = 3 } },
            "batch" => plan with { Batch = 0 },
            "l2" => plan with { Regularization = plan.Regularization with { L2 = -0.1f } },
            "l1" => plan with { Regularization = plan.Regularization with { L1 = float.NaN } },
            "dropout" => plan with { Regularization = plan.Regularization with { Dropout = 1.5 } },
            "rate" => plan with { Optimizer = plan.Optimizer with { LearningRate = float.PositiveInfinity } },
            "beta" => plan with { Optimizer = AdamPlan.Default with { Beta2 = 1 } },
            "epsilon" => plan with { Optimizer = AdamPlan.Default with { Epsilon = 0 } },
            _ => plan,
        };
        Assert.Contains(message, Assert.Throws<ArgumentException>(() => TrainingSession.Start(wrong, data)).Message);
    }

    [Fact]
    public void A_trial_that_diverges_says_so_in_its_losses()
    {
        var plan = Plans.Of(Plans.Small, 3) with { Optimizer = AdamPlan.Default with { LearningRate = 1e30f } };
        var session = TrainingSession.Start(plan, Curve);
        EpochLoss loss = default;
        while (!session.IsFinished) loss = session.RunEpoch();
        Assert.False(loss.IsFinite);
    }
}
