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

    private static readonly Lazy<OracleCase[]> Cases = new(() =>
    {
        using var stream = typeof(OracleTests).Assembly.GetManifestResourceStream("oracle.json")!;
        return OracleCase.FromJson(stream);
    });

    [Theory]
    [MemberData(nameof(Names))]
    public void Losses_gradients_and_parameters_after_ten_Adam_steps_are_PyTorchs(string name, TrainingPath path)
    {
        var oracle = Cases.Value.Single(c => c.Name == name);
        var numbers = new OracleNumbers(oracle.Seed);
        var plan = oracle.Plan() with { Path = path };
        var theta = numbers.Theta(plan.Network);
        Trainer? trainer = null;
        for (var step = 0; step < 10; step++)
        {
            var rows = oracle.Rows - (step % 3 == 0 ? 3 : 0);
            var x = numbers.Take(rows * oracle.Inputs, 2);
            var y = numbers.Take(rows * oracle.Outputs, 1);
            var parts = Enumerable.Range(0, oracle.Rows + 1).Select(row => row < rows ? Part.Train : Part.Validation).ToArray();
            var data = DataSet.Create(oracle.Inputs, oracle.Outputs, Padded(x, parts.Length * oracle.Inputs), Padded(y, parts.Length * oracle.Outputs), parts);
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
    public static OracleCase[] FromJson(Stream stream) => JsonSerializer.Deserialize<OracleCase[]>(stream, Options)!;

    private static JsonSerializerOptions Options { get; } = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public TrainingPlan Plan() => new(
        new NetworkPlan(Inputs, Stem, Hidden, Enum.Parse<Activation>(Activation), Slope, Outputs, Enum.Parse<Activation>(Output)),
        1, Rows, AdamPlan.Default with { LearningRate = LearningRate },
        new RegularizationPlan(L2, 0, Dropout, DropoutEvaluation.Off), 1);
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
