using SweepCluster.Contracts;
using SweepCluster.Grains;
using SweepCluster.Training;

namespace SweepCluster.Store.Tests;

/// <summary>What a sweep file says in the words of Training.</summary>
public sealed class TrialPlanTests
{
    private static TrainingPlan Plan(string training) =>
        TrialPlan.Of(SweepFile.Parse($"training: {training}").Specification!.Resolve(new Configuration([]), 0)).Training;

    public static TheoryData<string, OptimizerPlan> Optimizers => new()
    {
        { "{}", AdamPlan.Default },
        { "{optimizer: adamw, weight_decay: 0.01}", AdamWPlan.Default },
        { "{optimizer: sgd, learning_rate: 0.1, momentum: 0.9, nesterov: on}", new SgdPlan(0.1f, 0.9f, Nesterov: true) },
        { "{optimizer: rmsprop, rho: 0.9, momentum: 0.5, epsilon: 1e-6}", new RmsPropPlan(1e-3f, 0.9f, 1e-6f, 0.5f) },
    };

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void An_optimizer_gets_its_own_knobs(string training, OptimizerPlan expected) => Assert.Equal(expected, Plan(training).Optimizer);

    public static TheoryData<string, SchedulePlan> Schedules => new()
    {
        { "{}", SchedulePlan.Constant },
        { "{schedule: {warmup: 0.5}}", new ConstantSchedule { Warmup = 0.5 } },
        { "{schedule: {kind: step, every: 5, factor: 0.5}}", new StepSchedule(5, 0.5) },
        { "{schedule: {kind: cosine, floor: 0.01, warmup: 2}}", new CosineSchedule(0.01) { Warmup = 2 } },
    };

    [Theory]
    [MemberData(nameof(Schedules))]
    public void A_schedule_gets_its_own_knobs(string training, SchedulePlan expected) => Assert.Equal(expected, Plan(training).Schedule);

    [Fact]
    public void Loss_and_limit_of_the_gradient_are_taken_over()
    {
        Assert.Equal((LossPlan.MeanSquaredError, null), (Plan("{}").Loss, Plan("{}").ClipNorm));
        var plan = Plan("{loss: huber, huber_delta: 0.25, clip_norm: 5}");
        Assert.Equal((LossPlan.Huber(0.25f), 5), (plan.Loss, plan.ClipNorm));
    }

    public static TheoryData<string, double, double> L2Forms => new()
    {
        { "{l2: 0.5}", 0.5, 0 },
        { "{l2: 0.5, l2_form: coupled}", 0.5, 0 },
        { "{l2: 0.5, l2_form: half_square}", 0.5, 0 },
        { "{l2: 0.5, l2_form: square}", 1, 0 },
        { "{l2: 0.5, l2_form: half_mean_square}", 0.5 / 7000, 0 },
        { "{l2: 0.5, l2_form: decoupled}", 0, 0.5 / 7000 },
    };

    [Theory]
    [MemberData(nameof(L2Forms))]
    public void Each_spelling_of_l2_becomes_the_one_convention_inside(string regularization, double coupling, double decay)
    {
        var plan = Penalties(regularization);
        Assert.Equal(((float)coupling, (float)decay), (plan.L2, plan.Decay));
    }

    [Fact]
    public void The_m_of_a_spelling_is_the_number_of_rows_that_are_trained_on()
    {
        var trial = SweepFile.Parse("{data: {points: 1000, fraction: 0.25}, regularization: {l2: 1, l2_form: half_mean_square}}").Specification!.Resolve(new Configuration([]), 0);
        Assert.Equal(175, trial.TrainingRows);
        Assert.Equal(((float)(1.0 / 175), 0.25), (TrialPlan.Of(trial).Training.Regularization.L2, TrialPlan.Of(trial).Training.Fraction));
    }

    [Fact]
    public void The_other_penalties_are_taken_over()
    {
        Assert.Equal(RegularizationPlan.None, Penalties("{}"));
        Assert.Equal(
            new RegularizationPlan(0, 0.25f, 0, DropoutEvaluation.Off) { L1Step = L1Step.Scaled, Scope = PenaltyScope.Weights, Norm = new NormPenalty(0.5f, 2, 1) },
            Penalties("{l1: 0.25, l1_step: scaled, applies_to: weights, norm: {strength: 0.5, q: 1}}"));
    }

    [Fact]
    public void Dropout_is_read_as_p_or_as_what_is_kept_for_all_layers_or_each()
    {
        Assert.Equal(0.2, Penalties("{dropout: {p: 0.2}}").Dropout);
        Assert.Equal(Penalties("{dropout: {p: 0.2}}"), Penalties("{dropout: {keep_prob: 0.8}}"));
        Assert.Equal(1, Penalties("{dropout: {keep_prob: 0}}").Dropout);
        var byLayer = Penalties("{dropout: {keep_prob: [0.9, 0.8, 1]}}");
        Assert.Equal(0, byLayer.Dropout);
        Assert.Equal([0.1, 0.2, 0], byLayer.DropoutByLayer!);
        Assert.Equal(byLayer.DropoutByLayer!, Penalties("{dropout: {p: [0.1, 0.2, 0]}}").DropoutByLayer!);
    }

    [Fact]
    public void A_model_without_hidden_layers_is_linear() =>
        Assert.Equal(2, TrialPlan.Of(SweepFile.Parse("model: {stem: none, hidden: []}").Specification!.Resolve(new Configuration([]), 0)).Training.Network.ParameterCount);

    private static RegularizationPlan Penalties(string regularization) =>
        TrialPlan.Of(SweepFile.Parse($"regularization: {regularization}").Specification!.Resolve(new Configuration([]), 0)).Training.Regularization;

    [Fact]
    public void What_a_later_program_stored_is_refused_by_name()
    {
        var trial = SweepFile.Parse("seed: 1").Specification!.Resolve(new Configuration([]), 0);
        var later = trial with { Training = trial.Training with { Optimizer = "lion" } };
        Assert.Contains("training.optimizer: this silo does not know 'lion'", Assert.Throws<FormatException>(() => TrialPlan.Of(later)).Message);
    }
}
