namespace SweepCluster.Programs.Reporting;

/// <summary>What a program says of its trial, one line of standard output.</summary>
public abstract record Report
{
    private Report() { }

    /// <param name="Metrics">What it names besides; the finite ones.</param>
    /// <param name="Notes">What was found and not taken; the same thing under the same key in each epoch.</param>
    public sealed record Epoch(
        int Number, double Training, double Validation, IReadOnlyDictionary<string, double> Metrics, IReadOnlyDictionary<string, string> Notes) : Report;

    /// <summary>Parameters after the last epoch reported, in a .npy or .safetensors file.</summary>
    public sealed record Snapshot(string Path) : Report;

    /// <summary>The model's prediction over the data, in a CSV file.</summary>
    public sealed record Fit(string Path) : Report;

    /// <summary>The checkpoint's folder is whole now.</summary>
    public sealed record Checkpoint : Report;

    /// <summary>It is meant as a report and is none: the trial fails for it.</summary>
    public sealed record Wrong(string Reason) : Report;
}
