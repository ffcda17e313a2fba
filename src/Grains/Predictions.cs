using SweepCluster.Store.Leases;
using SweepCluster.Training;

namespace SweepCluster.Grains;

/// <summary>What a trained network says of every row, each rows × outputs: numbers, or for classes their probabilities.</summary>
/// <param name="Spread">Standard deviation over Monte Carlo dropout passes, <paramref name="Mean"/> their mean; null for a single pass, and for classes.</param>
internal sealed record Predictions(float[] Single, float[]? Mean, float[]? Spread)
{
    /// <param name="usualPasses">Behind mean and spread, where dropout stays on in evaluation and the plan names no number.</param>
    public static Predictions Of(ITrainingSession session, TrialPlan plan, int usualPasses)
    {
        if (plan.Training.Loss.Kind == LossKind.CrossEntropy)
            return new Predictions(Softmax.Rows(session.Predict(), plan.Training.Network.Outputs), null, null);
        var passes = plan.MonteCarloPasses ?? (plan.Training.Regularization is { Drops: true, Evaluation: DropoutEvaluation.On } ? usualPasses : 0);
        (float[]? mean, float[]? spread) = passes > 0 ? session.PredictWithDropout(passes) : (null, null);
        return new Predictions(session.Predict(), mean, spread);
    }

    public Fit ToFit(DataSet data) => new(data.Sha256, Single, Spread, Mean);

    /// <summary>The same with NaN for the test part: only the configuration that is chosen in the end is looked at there.</summary>
    public Predictions WithoutTest(DataSet data)
    {
        if (data.RowsOf(Part.Test).Length == 0) return this;
        return new Predictions(Hidden(Single)!, Hidden(Mean), Hidden(Spread));

        float[]? Hidden(float[]? numbers)
        {
            if (numbers is null) return null;
            var outputs = numbers.Length / data.Rows;
            foreach (var row in data.RowsOf(Part.Test)) numbers.AsSpan(row * outputs, outputs).Fill(float.NaN);
            return numbers;
        }
    }
}
