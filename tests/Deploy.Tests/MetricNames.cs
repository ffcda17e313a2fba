using System.Diagnostics.Metrics;
using SweepCluster.Grains.Telemetry;
using SweepCluster.Reports.Telemetry;

namespace SweepCluster.Deploy.Tests;

/// <summary>Every instrument of the program, asked of the program itself.</summary>
internal static class MetricNames
{
    public static IReadOnlyList<(string Name, string Unit, string Kind)> All { get; } = Read();

    /// <summary>The names that Prometheus gives it: dots become underscores, the unit and a counter's total become endings.</summary>
    public static IEnumerable<string> InPrometheus((string Name, string Unit, string Kind) instrument)
    {
        var unit = instrument.Unit switch { "s" => "_seconds", "By" => "_bytes", _ => "" };
        var name = instrument.Name.Replace('.', '_') + unit;
        return instrument.Kind.Split('`')[0] switch
        {
            "Counter" => [$"{name}_total"],
            "Histogram" => [$"{name}_bucket", $"{name}_sum", $"{name}_count"],
            _ => [name],
        };
    }

    private static List<(string, string, string)> Read()
    {
        var found = new List<(string, string, string)>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (instrument.Meter.Name is Measures.Name or StoreMeasures.Name) found.Add((instrument.Name, instrument.Unit ?? "", instrument.GetType().Name));
        };
        listener.Start();
        System.Runtime.CompilerServices.RuntimeHelpers.RunClassConstructor(typeof(Measures).TypeHandle);
        using var source = Npgsql.NpgsqlDataSource.Create("Host=/nowhere");
        using var store = new StoreMeasures(source, TimeProvider.System);
        return found;
    }
}
