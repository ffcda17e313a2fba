namespace SweepCluster.Training;

/// <summary>What a row is for. The test part is looked at once, at the end.</summary>
public enum Part
{
    Train,
    Validation,
    Test,
}
