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

    [Fact]
    public void What_a_later_program_stored_is_refused_by_name()
    {
        var trial = SweepFile.Parse("seed: 1").Specification!.Resolve(new Configuration([]), 0);
        var later = trial with { Training = trial.Training with { Optimizer = "lion" } };
        Assert.Contains("training.optimizer: this silo does not know 'lion'", Assert.Throws<FormatException>(() => TrialPlan.Of(later)).Message);
    }
}
