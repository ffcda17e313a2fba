using System.Diagnostics;
using SweepCluster.Training.Kernels;

namespace SweepCluster.Training.Tests;

/// <summary>Seconds of the notebook's trials on this core; a look, not a test.</summary>
internal static class Measurement
{
    public static void Print(TextWriter output)
    {
        var data = Oscillation.Create(Plans.Article());
        var article = new NetworkPlan(1, null, [64, 64, 64], Activation.LeakyRelu, 0.03f, 1, Activation.Relu);
        Line(output, "cold", Plans.Of(Plans.Notebook, 50), data, LaneWidths.Best, 1);
        foreach (var width in (LaneWidth[])[LaneWidth.Vector512, LaneWidth.Vector256])
        {
            Line(output, $"{width} plain", Plans.Of(Plans.Notebook, 50), data, width, 5);
            Line(output, $"{width} l2 1e-2", Plans.Of(Plans.Notebook, 50, l2: 1e-2f), data, width, 3);
            Line(output, $"{width} l2 1", Plans.Of(Plans.Notebook, 50, l2: 1), data, width, 3);
            Line(output, $"{width} dropout 0.2", Plans.Of(Plans.Notebook, 50, dropout: 0.2), data, width, 5);
            Line(output, $"{width} dropout 0.2, on", Plans.Of(Plans.Notebook, 50, dropout: 0.2, evaluation: DropoutEvaluation.On), data, width, 3);
            Line(output, $"{width} article", Plans.Of(article, 50), data, width, 3);
        }
    }

    private static void Line(TextWriter output, string name, TrainingPlan plan, DataSet data, LaneWidth width, int times)
    {
        var best = double.MaxValue;
        EpochLoss loss = default;
        var hash = "";
        for (var time = 0; time < times; time++)
        {
            var clock = Stopwatch.StartNew();
            var session = TrainingSession.Start(plan, data, width);
            while (!session.IsFinished) loss = session.RunEpoch();
            best = Math.Min(best, clock.Elapsed.TotalSeconds);
            hash = ParameterHash.Sha256(session.Parameters());
        }

        output.WriteLine($"{name,-28} {best:F3} s  loss {loss.Training:E4} {loss.Validation:E4}  {hash}");
    }
}
