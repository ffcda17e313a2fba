namespace SweepCluster.Training.Tests;

public sealed class ScheduleTests
{
    private static double[] Shares(SchedulePlan schedule, int batches, int epochs, int steps) =>
        [.. Enumerable.Range(1, steps).Select(step => Math.Round(schedule.ShareAt(step, batches, epochs), 12))];

    [Fact]
    public void A_constant_rate_is_the_learning_rate_to_the_last_bit() =>
        Assert.All(Shares(SchedulePlan.Constant, 3, 2, 10), share => Assert.Equal(1, share));

    [Fact]
    public void A_step_schedule_falls_after_whole_epochs() =>
        Assert.Equal([1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5, 0.25], Shares(new StepSchedule(2, 0.5), 2, 5, 9));

    [Fact]
    public void A_warm_up_rises_to_the_whole_rate_and_the_schedule_begins_after_it()
    {
        Assert.Equal([0.25, 0.5, 0.75, 1, 1, 1, 0.5], Shares(new StepSchedule(1, 0.5) { Warmup = 2 }, 2, 9, 7));
        Assert.Equal([0.5, 1, 1], Shares(new ConstantSchedule { Warmup = 0.5 }, 4, 1, 3));
        Assert.Equal([1, 1], Shares(new ConstantSchedule { Warmup = 0.1 }, 4, 1, 2)); // less than half a step
    }

    [Fact]
    public void A_cosine_ends_at_its_floor_and_stays_there()
    {
        Assert.Equal([1, 0.775, 0.325, 0.1, 0.1], Shares(new CosineSchedule(0.1), 1, 3, 5));
        Assert.Equal(Shares(new CosineSchedule(), 1, 3, 5), Shares(new CosineSchedule(0, Epochs: 3), 1, 99, 5));
    }

    [Fact]
    public void A_cosine_s_length_is_part_of_a_checkpoint_and_other_schedules_may_go_further()
    {
        var data = Oscillation.Create(Plans.Article(100));
        var cosine = Plans.Of(Plans.Small, 4) with { Schedule = new CosineSchedule() };
        var checkpoint = TrainingSession.Start(cosine, data).Checkpoint();
        var longer = cosine with { Epochs = 8 };
        Assert.Throws<InvalidDataException>(() => TrainingSession.Resume(longer, data, checkpoint));
        Assert.Equal(0, TrainingSession.Resume(longer with { Schedule = new CosineSchedule(Epochs: 4) }, data, checkpoint).Epoch);

        var step = cosine with { Schedule = new StepSchedule(2) };
        Assert.Equal(0, TrainingSession.Resume(step with { Epochs = 8 }, data, TrainingSession.Start(step, data).Checkpoint()).Epoch);
    }
}
