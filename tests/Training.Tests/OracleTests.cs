using System.Text.Json;
using SweepCluster.Training.Kernels;
using SweepCluster.Training.Random;

namespace SweepCluster.Training.Tests;

/// <summary>Against PyTorch's numbers, written once by tests/oracle/generate.py.</summary>
public sealed class OracleTests
{
    public static TheoryData<string, TrainingPath> Names
    {
        get
        {
            var data = new TheoryData<string, TrainingPath>();
            foreach (var one in Cases.Value)
            {
                data.Add(one.Name, TrainingPath.Default);
                data.Add(one.Name, TrainingPath.Plain);
            }

            return data;
        }
    }

    public static TheoryData<string> Scheduled => [.. Cases.Value.Where(c => c.Rates is not null).Select(c => c.Name)];

    private static readonly Lazy<OracleCase[]> Cases = new(() =>
    {
        using var stream = typeof(OracleTests).Assembly.GetManifestResourceStream("oracle.json")!;
        return OracleCase.FromJson(stream);
    });

    [Theory]
    [MemberData(nameof(Names))]
    public void Losses_gradients_and_parameters_after_ten_steps_are_PyTorchs(string name, TrainingPath path)
    {
        var oracle = Cases.Value.Single(c => c.Name == name);
        var numbers = new OracleNumbers(oracle.Seed);
        var plan = oracle.PlanOfOneBatch() with { Path = path };
        var theta = numbers.Theta(plan.Network);
        Trainer? trainer = null;
        for (var step = 0; step < 10; step++)
        {
            var rows = oracle.Rows - (step % 3 == 0 ? 3 : 0);
            var x = numbers.Take(rows * oracle.Inputs, 2);
            var y = oracle.Targets(numbers, rows);
            var columns = y.Length / rows;
            var parts = Enumerable.Range(0, oracle.Rows + 1).Select(row => row < rows ? Part.Train : Part.Validation).ToArray();
            var data = DataSet.Create(oracle.Inputs, columns, Padded(x, parts.Length * oracle.Inputs), Padded(y, parts.Length * columns), parts);
            trainer = Successor(trainer, plan, data, theta);
            var order = Enumerable.Range(0, rows).ToArray();
            trainer.Arrange(order);
            if (oracle.Dropout > 0)
            {
                trainer.GiveMasks([.. oracle.Hidden.Select(width =>
                {
                    var kept = Array.ConvertAll(numbers.Take(rows * width, 1), v => v > -0.5f);
                    return order.SelectMany(row => kept[(row * width)..((row + 1) * width)]).ToArray();
                })]);
            }

            var loss = trainer.Train(order, step + 1, new RandomStream(0, Purpose.TrainingDropout));
            Assert.Equal(oracle.Losses[step], loss, 2e-6 * Math.Max(1, oracle.Losses[step]));
            if (step == 0) AssertClose(oracle.Gradient, Export(trainer, gradient: true), oracle.Every, 3e-7);
        }

        AssertClose(oracle.Theta10, Export(trainer!, gradient: false), oracle.Every, 2e-6);
    }

    [Theory]
    [MemberData(nameof(Scheduled))]
    public void Learning_rates_are_PyTorchs(string name)
    {
        var oracle = Cases.Value.Single(c => c.Name == name);
        for (var step = 1; step <= oracle.Rates!.Length; step++)
        {
            var rate = oracle.Plan().RateAt(step, oracle.Batches);
            Assert.Equal(1, rate / oracle.Rates[step - 1], 1e-7); // the file's learning rates are doubles, a plan's are floats
        }
    }

    // Every step has data of its own, so it gets a trainer of its own that takes over θ and the moments.
    private static unsafe Trainer Successor(Trainer? before, TrainingPlan plan, DataSet data, float[] theta)
    {
        var trainer = Trainer.Create(plan, data, LaneWidths.Best);
        var parameters = trainer.Parameters;
        parameters.Import(before?.Parameters.Export(before.Parameters.Theta) ?? theta, parameters.Theta);
        trainer.Refresh();
        if (before is null) return trainer;
        parameters.Import(before.Parameters.Export(before.Parameters.First), parameters.First);
        parameters.Import(before.Parameters.Export(before.Parameters.Second), parameters.Second);
        return trainer;
    }

    private static unsafe float[] Export(Trainer trainer, bool gradient) =>
        trainer.Parameters.Export(gradient ? trainer.Parameters.Gradient : trainer.Parameters.Theta);

    private static float[] Padded(float[] numbers, int count) => [.. numbers, .. new float[count - numbers.Length]];

    private static void AssertClose(double[] expected, float[] found, int every, double tolerance)
    {
        Assert.Equal(expected.Length, (found.Length + every - 1) / every);
        for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], found[i * every], tolerance + (1e-6 * Math.Abs(expected[i])));
    }
}

internal sealed record OracleCase(
    string Name, int Inputs, int? Stem, int[] Hidden, int Outputs, string Activation, float Slope, string Output, int Rows,
    float LearningRate, float L2, double Dropout, int Seed, int Every, double[] Losses, double[] Gradient, double[] Theta10)
{
    public string Optimizer { get; init; } = "Adam";

    public float Momentum { get; init; }

    public bool Nesterov { get; init; }

    public float Rho { get; init; }

    public float WeightDecay { get; init; }

    public string Loss { get; init; } = nameof(LossKind.MeanSquaredError);

    public float Delta { get; init; } = 1;

    public float? ClipNorm { get; init; }

    public string Schedule { get; init; } = "Constant";

    public int Batches { get; init; } = 1;

    public int Epochs { get; init; } = 10;

    public double Warmup { get; init; }

    public int DropEvery { get; init; }

    public double Factor { get; init; }

    public double Floor { get; init; }

    public double[]? Rates { get; init; }

    public static OracleCase[] FromJson(Stream stream) => JsonSerializer.Deserialize<OracleCase[]>(stream, Options)!;

    private static JsonSerializerOptions Options { get; } = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public TrainingPlan Plan() => new(
        new NetworkPlan(Inputs, Stem, Hidden, Enum.Parse<Activation>(Activation), Slope, Outputs, Enum.Parse<Activation>(Output)),
        Epochs, Rows, OptimizerPlan(), new RegularizationPlan(L2, 0, Dropout, DropoutEvaluation.Off), 1)
    {
        Loss = new LossPlan(Enum.Parse<LossKind>(Loss), Delta),
        ClipNorm = ClipNorm,
        Schedule = SchedulePlan(),
    };

    /// <summary>The same steps with an epoch after each, as they are when every step has data of its own.</summary>
    public TrainingPlan PlanOfOneBatch() => (this with { Batches = 1, Epochs = Epochs * Batches, Warmup = Warmup * Batches, DropEvery = DropEvery * Batches }).Plan();

    public float[] Targets(OracleNumbers numbers, int rows) => Loss == nameof(LossKind.CrossEntropy)
        ? Array.ConvertAll(numbers.Take(rows, 1), v => Math.Min(Outputs - 1f, MathF.Floor((float)((v + 1.0) / 2 * Outputs))))
        : numbers.Take(rows * Outputs, 1);

    private OptimizerPlan OptimizerPlan() => Optimizer switch
    {
        "Sgd" => new SgdPlan(LearningRate, Momentum, Nesterov),
        "RmsProp" => new RmsPropPlan(LearningRate, Rho, 1e-8f, Momentum),
        "AdamW" => AdamWPlan.Default with { LearningRate = LearningRate, WeightDecay = WeightDecay },
        _ => AdamPlan.Default with { LearningRate = LearningRate },
    };

    private SchedulePlan SchedulePlan() => Schedule switch
    {
        "Step" => new StepSchedule(DropEvery, Factor) { Warmup = Warmup },
        "Cosine" => new CosineSchedule(Floor) { Warmup = Warmup },
        _ => new ConstantSchedule { Warmup = Warmup },
    };
}

/// <summary>The recurrence of generate.py: fractions k/256 times a bound.</summary>
internal sealed class OracleNumbers(int seed)
{
    private long _state = seed;

    public float[] Take(int count, float bound)
    {
        var values = new float[count];
        for (var i = 0; i < count; i++)
        {
            _state = ((_state * 1103515245) + 12345) % (1L << 31);
            values[i] = (((_state >> 8) % 513) - 256) / 256f * bound;
        }

        return values;
    }

    public float[] Theta(NetworkPlan network) => [.. network.Layers.SelectMany(layer =>
    {
        var bound = 1f;
        while (bound * bound * layer.Inputs > 1) bound /= 2;
        return Take((layer.Inputs + 1) * layer.Outputs, bound);
    })];
}
