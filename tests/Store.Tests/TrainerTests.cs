using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using SweepCluster.Contracts;
using SweepCluster.Grains;
using SweepCluster.Grains.Programs;
using SweepCluster.Silo;
using SweepCluster.Training;

namespace SweepCluster.Store.Tests;

/// <summary>Trainers of the user's, from this very assembly: whatever they do, their trial says so.</summary>
public sealed class TrainerTests
{
    [Theory]
    [InlineData(nameof(Trainers.Fine), null)]
    [InlineData(nameof(Trainers.NeverFinished), null)]
    [InlineData(nameof(Trainers.NotMade), "^trainer\\.type: .*NotMade cannot be made without arguments: no licence$")]
    [InlineData(nameof(Trainers.Abstract), "^trainer\\.type: .*Abstract cannot be made without arguments: ")]
    [InlineData("Generic`1", "^trainer\\.type: .*Generic`1 cannot be made without arguments: ")]
    [InlineData("None, Nowhere", "^trainer\\.type: .* has no type .*None, Nowhere.; give its whole name, with its namespace$")]
    [InlineData(nameof(Trainers.NotStarted), "^trainer\\.type: .*NotStarted: Start returned null, expected a session$")]
    [InlineData(nameof(Trainers.Throws), "^InvalidOperationException while training: \\\\x1b\\[31mout of luck$")]
    [InlineData(nameof(Trainers.CancelsItself), "^OperationCanceledException while training: ")]
    [InlineData(nameof(Trainers.GoesBack), "^trainer\\.type: .*GoesBack: RunEpoch: expected epoch 3, found the losses of epoch 1 and Epoch 1$")]
    [InlineData(nameof(Trainers.NaN), "^training loss became NaN at epoch 3")]
    [InlineData(nameof(Trainers.NoParameters), "^trainer\\.type: .*NoParameters: Parameters: expected numbers, found none$")]
    [InlineData(nameof(Trainers.InfiniteParameters), "^trainer\\.type: .*InfiniteParameters: Parameters: number 1 is Infinity$")]
    [InlineData(nameof(Trainers.GrowingParameters), "^trainer\\.type: .*GrowingParameters: Parameters: expected 1 numbers as before, found 6$")]
    [InlineData(nameof(Trainers.ShortFit), "^trainer\\.type: .*ShortFit: Predict: expected 20 numbers \\(rows × outputs\\), found 1$")]
    public async Task A_trainer_that_misbehaves_fails_its_trial_with_a_reason(string type, string? reason)
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        using var programs = new ProgramHost(ProgramHost.Any);
        var sweep = await ledger.Launch.LaunchAsync(Sample.Read(
            $"""
            trainer: {"{"}assembly: {typeof(TrainerTests).Assembly.Location}, type: "{typeof(Trainers).FullName}+{type}"{"}"}
            data: {"{"}points: 20{"}"}
            training: {"{"}epochs: 5, batch: 10{"}"}
            """));
        await new SiloHost(ledger, new SiloOptions { Slots = 1, UntilSweepDone = sweep, Grain = GrainOptions.Default with { Programs = programs } }, NullLoggerFactory.Instance).RunAsync(CancellationToken.None);
        var trial = (await ledger.Trials.OfSweepAsync(sweep))[0];
        Assert.Equal((reason is null ? TrialState.Completed : TrialState.Failed, 1), (trial.State, trial.Attempts));
        if (reason is null) Assert.Equal(5, trial.Epochs);
        else Assert.Matches(reason, trial.Error);
    }

    /// <summary>It is read whole, so it has no place; its symbols are read with it.</summary>
    [Fact]
    public void A_trainer_knows_its_source_and_not_its_file()
    {
        var (trainer, problem) = AssemblyTrainers.Load(new AssemblySpecification(typeof(TrainerTests).Assembly.Location, $"{typeof(Trainers).FullName}+{nameof(Trainers.SaysWhere)}"));
        Assert.Null(problem);
        Assert.Equal("TrainerTests.cs and ''", trainer!.Name);
    }
}

/// <summary>Each keeps to the seam but in what its name says.</summary>
public static class Trainers
{
    public class Fine : ITrainer
    {
        public virtual string Name => GetType().Name;

        public ITrainingSession Start(TrainingPlan plan, DataSet data) => Make(data)!;

        public ITrainingSession Resume(TrainingPlan plan, DataSet data, ReadOnlySpan<byte> checkpoint) => Make(data)!;

        protected virtual ITrainingSession? Make(DataSet data) => new Session(Name, data.Rows);
    }

    public sealed class NotMade : Fine
    {
        public NotMade() => throw new NotSupportedException("no licence");
    }

    public abstract class Abstract : Fine;

    public sealed class Generic<T> : Fine
    {
        public T? Of { get; }
    }

    public sealed class SaysWhere : Fine
    {
        public override string Name => $"{Path.GetFileName(new StackFrame(0, needFileInfo: true).GetFileName())} and '{GetType().Assembly.Location}'";
    }

    public sealed class NotStarted : Fine
    {
        protected override ITrainingSession? Make(DataSet data) => null;
    }

    public sealed class NeverFinished : Fine;

    public sealed class Throws : Fine;

    public sealed class CancelsItself : Fine;

    public sealed class GoesBack : Fine;

    public sealed class NaN : Fine;

    public sealed class NoParameters : Fine;

    public sealed class InfiniteParameters : Fine;

    public sealed class GrowingParameters : Fine;

    public sealed class ShortFit : Fine;

    private sealed class Session(string name, int rows) : ITrainingSession
    {
        public int Epoch { get; private set; }

        public bool IsFinished => Epoch == 5 && name != nameof(NeverFinished);

        public EpochLoss RunEpoch(CancellationToken cancel = default)
        {
            Epoch++;
            if (Epoch == 3 && name == nameof(Throws)) throw new InvalidOperationException("\e[31mout of luck");
            if (Epoch == 3 && name == nameof(CancelsItself)) throw new OperationCanceledException("a request of its own took too long");
            if (Epoch == 3 && name == nameof(GoesBack)) Epoch = 1;
            return new EpochLoss(Epoch, Epoch == 3 && name == nameof(NaN) ? double.NaN : 1.0 / Epoch, 1);
        }

        public double EvaluateTest() => 1;

        public float[] Parameters() => name switch
        {
            nameof(NoParameters) => null!,
            nameof(InfiniteParameters) => [1, float.PositiveInfinity],
            nameof(GrowingParameters) => new float[Epoch + 1],
            _ => [1, 2],
        };

        public byte[] Checkpoint() => [];

        public float[] Predict() => new float[name == nameof(ShortFit) ? 1 : rows];

        public (float[] Mean, float[] Spread) PredictWithDropout(int passes) => (Predict(), Predict());

        public void Dispose()
        {
        }
    }
}
