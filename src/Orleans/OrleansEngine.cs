namespace SweepCluster.Orleans;

/// <summary>The packages are here; the engine is not written yet.</summary>
public static class OrleansEngine
{
    public static bool IsPresent => false;

    /// <summary>Which Orleans it is, or why there is none.</summary>
    public static string About => "its packages restore; the engine comes with the seam of the store branch";
}
