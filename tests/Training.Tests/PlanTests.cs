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
        { "overflow", "LearningRate: must keep the first step's lr·√(1 − β₂) / (1 − β₁) a float, found 3E+37" },
        { "momentum", "Momentum: must be in [0, 1), found 1" },
        { "nesterov", "Nesterov: needs a Momentum above 0, found 0" },
        { "rho", "Rho: must be in [0, 1), found NaN" },
        { "decay", "WeightDecay: must be at most 1 / LearningRate = 10, found 11" },
        { "negative decay", "WeightDecay: must be at least 0, found -1" },
        { "clip", "ClipNorm: must be above 0, found 0" },
        { "huber", "Delta: must be above 0, found Infinity" },
        { "every", "Every: must be at least 1 epoch, found 0" },
        { "factor", "Factor: must be in (0, 1], found 0" },
        { "floor", "Floor: must be in [0, 1], found 2" },
        { "warm-up", "Warmup: must be shorter than the cosine's 3 epochs, found 3" },
        { "endless warm-up", "Warmup: must be in [0, 1000000] epochs, found NaN" },
        { "giant", "Hidden: must keep the network at about 100000000 parameters, found 1000133" },
        { "giant batch", "Batch: must keep a batch at 500000000 numbers of all layers, found 71" },
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
            "overflow" => plan with { Optimizer = new AdamPlan(3e37f, 0.99f, 0, 1e-8f) },
            "momentum" => plan with { Optimizer = new SgdPlan(0.1f, 1) },
            "nesterov" => plan with { Optimizer = new SgdPlan(0.1f, 0, Nesterov: true) },
            "rho" => plan with { Optimizer = new RmsPropPlan(0.1f, float.NaN) },
            "decay" => plan with { Optimizer = AdamWPlan.Default with { LearningRate = 0.1f, WeightDecay = 11 } },
            "negative decay" => plan with { Optimizer = AdamWPlan.Default with { WeightDecay = -1 } },
            "clip" => plan with { ClipNorm = 0 },
            "huber" => plan with { Loss = LossPlan.Huber(float.PositiveInfinity) },
            "every" => plan with { Schedule = new StepSchedule(0) },
            "factor" => plan with { Schedule = new StepSchedule(1, 0) },
            "floor" => plan with { Schedule = new CosineSchedule(2) },
            "warm-up" => plan with { Schedule = new CosineSchedule { Warmup = 3 } },
            "endless warm-up" => plan with { Schedule = new ConstantSchedule { Warmup = double.NaN } },
            "giant" => plan with { Network = plan.Network with { Hidden = [1_000_000, 1_000_000] } },
            "giant batch" => plan with { Network = plan.Network with { Hidden = [1_400_000] } },
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

    [Theory]
    [InlineData(Activation.Tanh)]
    [InlineData(Activation.Sigmoid)]
    public void A_parameter_that_diverges_under_a_finite_loss_is_reported(Activation activation)
    {
        var network = new NetworkPlan(1, null, [4], activation, 0, 1, activation);
        var plan = Plans.Of(network, 40) with { Optimizer = new SgdPlan(3e38f, 0.99f) };
        var session = TrainingSession.Start(plan, Curve);
        EpochLoss loss = default;
        while (!session.IsFinished && (loss = session.RunEpoch()).IsFinite) { }
        Assert.False(loss.IsFinite);
        Assert.NotNull(loss.Divergence);
        Assert.NotNull(loss.NonFiniteParameter);
    }

    [Fact]
    public void A_loss_says_how_it_diverged()
    {
        Assert.Null(new EpochLoss(1, 2, 3).Divergence);
        Assert.Equal("training loss became NaN", new EpochLoss(1, double.NaN, 3).Divergence);
        Assert.Equal("validation loss became Infinity", new EpochLoss(1, 2, double.PositiveInfinity).Divergence);
        var hidden = new EpochLoss(1, 2, 3) { NonFiniteParameter = 7 };
        Assert.Equal((false, "parameter 7 or its moment became infinite or NaN"), (hidden.IsFinite, hidden.Divergence));
    }
}
