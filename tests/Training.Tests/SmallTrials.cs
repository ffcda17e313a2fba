using SweepCluster.Training.Kernels;

namespace SweepCluster.Training.Tests;

/// <summary>Trials small enough to run without vectors, that together touch every kernel and every kind of padding.</summary>
internal static class SmallTrials
{
    public static IEnumerable<(string Name, TrainingPlan Plan, DataSet Data)> All()
    {
        var curve = Oscillation.Create(Plans.Article(130));
        yield return ("plain", Plans.Of(Plans.Small, 2), curve);
        yield return ("l2", Plans.Of(Plans.Small, 2, l2: 1e-2f), curve);
        yield return ("l1", Plans.Of(Plans.Small, 2, l1: 1e-2f), curve);
        yield return ("dropout", Plans.Of(Plans.Small, 2, dropout: 0.3, evaluation: DropoutEvaluation.On), curve);
        yield return ("everything dropped", Plans.Of(Plans.Small, 2, dropout: 1), curve);
        yield return ("article", Plans.Of(new NetworkPlan(1, null, [20, 35], Activation.LeakyRelu, 0.03f, 1, Activation.Relu), 2, 17), curve);
        yield return ("tanh", Plans.Of(new NetworkPlan(1, 5, [17, 3], Activation.Tanh, 0, 1, Activation.Tanh), 2, 17), curve);
        yield return ("sigmoid", Plans.Of(new NetworkPlan(3, null, [19, 33], Activation.Sigmoid, 0, 6, Activation.Sigmoid), 2, 10, dropout: 0.1), Wide(3, 6));
        yield return ("many inputs", Plans.Of(new NetworkPlan(18, 20, [2], Activation.Relu, 0, 3, Activation.Linear), 2, 10), Wide(18, 3));
        var small = Plans.Of(Plans.Small, 2, l2: 1e-3f, l1: 1e-3f);
        foreach (var (name, optimizer) in Plans.Optimizers)
        {
            if (optimizer is not AdamPlan) yield return (name, small with { Optimizer = optimizer }, curve);
        }

        yield return ("step", small with { Schedule = new StepSchedule(1, 0.3) { Warmup = 0.5 } }, curve);
        yield return ("cosine", small with { Schedule = new CosineSchedule(0.1) }, curve);
        yield return ("clipped", small with { ClipNorm = 0.1f }, curve);
        yield return ("huber", small with { Loss = LossPlan.Huber(0.1f) }, curve);
        yield return ("three classes", Plans.Of(new NetworkPlan(3, null, [9], Activation.Tanh, 0, 3, Activation.Linear), 2, 10) with { Loss = LossPlan.CrossEntropy }, Classes(3));
        yield return ("twenty classes", Plans.Of(new NetworkPlan(3, null, [9], Activation.Relu, 0, 20, Activation.Linear), 2, 10) with { Loss = LossPlan.CrossEntropy }, Classes(20));
        yield return ("plain path", Plans.Of(Plans.Small, 2) with { Path = TrainingPath.Plain }, curve);
        var panel = new NetworkPlan(1, 60, [64, 50, 61], Activation.LeakyRelu, 0.03f, 1, Activation.Linear); // one panel: work between multiply-adds
        yield return ("panel, plain path", Plans.Of(panel, 2, 21, l2: 1e-2f, l1: 1e-3f) with { Path = TrainingPath.Plain }, curve);
        yield return ("panel, plain path, dropout", Plans.Of(panel, 2, 22, dropout: 0.3) with { Path = TrainingPath.Plain }, curve);
        yield return ("panel, piecewise linear, dropout", Plans.Of(panel, 2, 23, l2: 1e-3f, dropout: 0.2), curve);
        yield return ("panel, clipped", Plans.Of(panel, 1, 21) with { ClipNorm = 0.1f, Path = TrainingPath.FoldedStem }, curve);
        yield return ("folded stem", Plans.Of(Plans.Small with { Stem = 21, Hidden = [35, 9] }, 2, l2: 1e-2f) with { Path = TrainingPath.FoldedStem }, curve);
        yield return ("folded stem, three inputs", Plans.Of(new NetworkPlan(3, 40, [17, 20], Activation.LeakyRelu, 0.03f, 2, Activation.Linear), 2, 10, dropout: 0.2), Wide(3, 2));
        yield return ("piecewise linear", Plans.Of(Plans.Small with { Stem = 21, Hidden = [35, 50, 9] }, 2, 17), curve);
        yield return ("piecewise linear, no stem, many outputs", Plans.Of(new NetworkPlan(1, null, [33, 17], Activation.Relu, 0, 6, Activation.Sigmoid), 2, 17, l1: 1e-2f), Wide(1, 6));
        yield return ("piecewise linear, dropout", Plans.Of(Plans.Small with { Hidden = [70, 35, 9] }, 2, 70, dropout: 0.3, evaluation: DropoutEvaluation.On), curve);
        yield return ("folded stem, dropout", Plans.Of(Plans.Small with { Hidden = [20, 64] }, 2, dropout: 0.6), curve);
        yield return ("wide", Plans.Of(new NetworkPlan(2, 140, [150, 70], Activation.LeakyRelu, 0.1f, 1, Activation.Linear), 1, 15), Wide(2, 1));
        yield return ("no hidden layer", Plans.Of(new NetworkPlan(3, null, [], Activation.Linear, 0, 5, Activation.Linear), 2, 10), Wide(3, 5));
    }

    public static string Hash(TrainingPlan plan, DataSet data, LaneWidth width)
    {
        var session = TrainingSession.Start(plan, data, width);
        var losses = new List<float>();
        while (!session.IsFinished)
        {
            var loss = session.RunEpoch();
            losses.Add((float)loss.Training);
            losses.Add((float)loss.Validation);
        }

        return ParameterHash.Sha256([.. session.Parameters(), .. session.Predict(), .. losses]);
    }

    public static void PrintHashes(TextWriter output)
    {
        foreach (var (name, plan, data) in All()) output.WriteLine($"{name}: {Hash(plan, data, LaneWidths.Best)}");
        output.WriteLine($"data: {Oscillation.Create(new OscillationPlan(500, null, null, null, 0.1, Scaling.MinMax, new SplitRatio(0.5, 0.3, 0.2), 7)).Sha256}");
    }

    public static DataSet Wide(int inputs, int outputs)
    {
        const int Rows = 45;
        var x = new float[Rows * inputs];
        var y = new float[Rows * outputs];
        for (var i = 0; i < x.Length; i++) x[i] = ((i * 37) % 101 / 50f) - 1;
        for (var i = 0; i < y.Length; i++) y[i] = (i * 53) % 97 / 97f;
        var parts = new Part[Rows];
        for (var r = 0; r < Rows; r++) parts[r] = (Part)(r % 3);
        return DataSet.Create(inputs, outputs, x, y, parts);
    }

    private static DataSet Classes(int classes)
    {
        var wide = Wide(3, 1);
        return DataSet.Create(3, 1, wide.X, [.. Enumerable.Range(0, wide.Rows).Select(row => (float)(row % classes))], wide.Parts);
    }
}
