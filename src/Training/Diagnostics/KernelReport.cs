using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SweepCluster.Training.Diagnostics;

/// <param name="Fraction">Operations of the plain algorithm / seconds / peak: above 1 where algebra saves operations.</param>
/// <param name="TrainingGflops">10⁹ operations of the plain algorithm a second.</param>
/// <param name="ColdSeconds">The same trial as the first of a fresh process.</param>
public sealed record KernelResult(
    string Name, string Path, double Fraction, double TrainingGflops, int Epochs, double SecondsPerConfiguration, double? ColdSeconds,
    double AllocatedBytesPerStep, string ThetaSha256);

/// <summary>What <see cref="KernelBenchmark"/> found: the core's peak, and every case against it.</summary>
public sealed record KernelReport(double FmaPeakGflops, IReadOnlyList<KernelResult> Cases)
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>Null where it was not asked for.</summary>
    public IReadOnlyList<SlotResult>? Slots { get; init; }

    public string ToJson() => JsonSerializer.Serialize(this, Options);

    public string ToTable()
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"FMA peak of this core: {FmaPeakGflops:F0} GFLOP/s");
        text.AppendLine("| case | path | epochs | seconds | fraction | GFLOP/s | first in process | bytes/step | θ |");
        text.AppendLine("|---|---|---:|---:|---:|---:|---:|---:|---|");
        foreach (var one in Cases)
        {
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {one.Name} | {one.Path} | {one.Epochs} | {one.SecondsPerConfiguration:F4} | {one.Fraction:F2} | {one.TrainingGflops:F0} | {one.ColdSeconds:F3} | {one.AllocatedBytesPerStep:F0} | {one.ThetaSha256[..8]} |");
        }

        if (Slots is null) return text.ToString();
        text.AppendLine().AppendLine("| slots | trials/s | efficiency |").AppendLine("|---:|---:|---:|");
        foreach (var one in Slots) text.AppendLine(CultureInfo.InvariantCulture, $"| {one.Slots} | {one.TrialsPerSecond:F1} | {one.Efficiency:F2} |");
        return text.ToString();
    }
}
