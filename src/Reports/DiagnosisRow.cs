namespace SweepCluster.Reports;

/// <summary>A configuration's diagnosis as JSON names it, wherever it is JSON: summary.json, the service and <c>sweep show --json</c>.</summary>
/// <param name="Diagnosis"><c>neither</c>, <c>bias</c>, <c>variance</c> or <c>both</c>.</param>
/// <param name="AvoidableBias">Training loss − irreducible error.</param>
/// <param name="Variance">Validation − training loss.</param>
/// <param name="BiasSquared">With the two after it null where replicates do not tell them apart.</param>
/// <param name="Next">What to try next, in words.</param>
public sealed record DiagnosisRow(
    long Ordinal, string Diagnosis, double TrainingLoss, double ValidationLoss, double AvoidableBias, double Variance,
    double? BiasSquared, double? SeedVariance, double? DataVariance, string Next)
{
    public static DiagnosisRow Of(DiagnosedConfiguration one) => new(
        one.Ordinal, one.Diagnosis.Ailment.ToString().ToLowerInvariant(), one.Training, one.Validation, one.Diagnosis.AvoidableBias, one.Diagnosis.Variance,
        one.Decomposition?.BiasSquared, one.Decomposition?.SeedVariance, one.Decomposition?.DataVariance, one.Diagnosis.Next);
}
