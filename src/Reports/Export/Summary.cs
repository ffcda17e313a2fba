using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using SweepCluster.Reports.Figures;
using SweepCluster.Reports.Rows;
using SweepCluster.Reports.Statistics;

namespace SweepCluster.Reports.Export;

/// <summary>
/// <c>summary.json</c>: the report's numbers for programs. Numbers that JSON cannot hold are the texts
/// <c>"Infinity"</c> and <c>"NaN"</c>; what is not known is null. docs/reports.md describes it.
/// </summary>
internal static class Summary
{
    private const int FormatVersion = 1;

    // The default encoder would write λ as an escape; the file is UTF-8 and read by people too.
    private static readonly JsonWriterOptions Options = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Of(SweepResults results, IReadOnlyList<Figure> figures, Bandwidth? bandwidth = null)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Options))
        {
            json.WriteStartObject();
            json.WriteNumber("format", FormatVersion);
            WriteSweep(json, results);
            WriteMeasures(json, results.Table.Measures);
            WriteBest(json, results);
            WriteNumber(json, "irreducible_error", results.Noise?.Value);
            if (results.Noise is { } noise)
                json.WriteString("irreducible_error_is", noise.IsExact ? "exact" : "estimated");
            WriteImportance(json, results);
            WriteDensity(json, bandwidth ?? Bandwidth.Article);
            WriteConfigurations(json, results);
            json.WriteStartArray("trials");
            foreach (var trial in results.Trials)
                WriteTrial(json, trial, results.Parameters.GetValueOrDefault(trial.Id));
            json.WriteEndArray();
            json.WriteStartArray("figures");
            foreach (var figure in figures)
            {
                json.WriteStartObject();
                json.WriteString("name", figure.Name);
                json.WriteString("file", $"figures/{figure.Name}.svg");
                json.WriteString("table", $"figures/{figure.Name}.csv");
                json.WriteString("title", figure.Title);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }

    private static void WriteSweep(Utf8JsonWriter json, SweepResults results)
    {
        json.WriteStartObject("sweep");
        json.WriteString("id", results.Sweep.Id);
        json.WriteString("name", results.Sweep.Name);
        json.WriteString("state", results.Sweep.State);
        json.WriteEndObject();
        json.WriteStartObject("counts");
        json.WriteNumber("trials", results.TrialCount);
        foreach (var state in Enum.GetNames<Contracts.TrialState>())
            json.WriteNumber(state.ToLowerInvariant(), results.Table.Columns.State.Count(found => found == state));
        json.WriteEndObject();
        json.WriteStartArray("grid");
        foreach (var key in results.Grid.Keys)
            json.WriteStringValue(key);
        json.WriteEndArray();
    }

    private static void WriteMeasures(Utf8JsonWriter json, Measures measures)
    {
        json.WriteStartObject("objective");
        json.WriteString("metric", measures.Objective.Name);
        json.WriteString("direction", measures.Objective.Maximizes == true ? "maximize" : "minimize");
        json.WriteEndObject();
        json.WriteString("shown", measures.Shown.Name);
        json.WriteStartArray("metrics");
        foreach (var name in measures.Metrics)
            json.WriteStringValue(name);
        json.WriteEndArray();
    }

    private static void WriteBest(Utf8JsonWriter json, SweepResults results)
    {
        if (results.Best is not { } best)
        {
            json.WriteNull("best");
            return;
        }

        json.WriteStartObject("best");
        json.WriteNumber("trial", results.Table.Columns.Id[best.Row]);
        json.WritePropertyName("configuration");
        results.BestResult!.Trial.Configuration.WriteTo(json);
        WriteNumber(json, "validation_loss", Known(best.ValidationLoss));
        WriteNumber(json, "value", best.Value);
        json.WriteNumber("replicates", best.Replicates);
        var over = Pages.ConfigurationsTable.Of(results).FirstOrDefault(one => one.IsBest);
        WriteNumber(json, "deviation", Known(over?.Deviation));
        WriteNumber(json, "low", Known(over?.Low));
        WriteNumber(json, "high", Known(over?.High));
        WriteLayers(json, results.BestResult.History?.Numbers ?? []);
        json.WriteEndObject();
    }

    // Empty where no configuration has two replicates.
    private static void WriteConfigurations(Utf8JsonWriter json, SweepResults results)
    {
        WriteDiagnosis(json, results);
        json.WriteStartArray("configurations");
        var losses = Pages.ConfigurationsTable.ValidationLosses(results);
        foreach (var one in Pages.ConfigurationsTable.Of(results))
        {
            json.WriteStartObject();
            json.WriteNumber("ordinal", one.Ordinal);
            json.WriteNumber("replicates", one.Count);
            WriteNumber(json, "validation_loss", losses[one.Ordinal]);
            WriteNumber(json, "value", one.Mean);
            WriteNumber(json, "deviation", Known(one.Deviation));
            WriteNumber(json, "low", Known(one.Low));
            WriteNumber(json, "high", Known(one.High));
            WriteNumber(json, "difference", one.ToBest?.Mean);
            WriteNumber(json, "difference_low", Known(one.ToBest?.Low));
            WriteNumber(json, "difference_high", Known(one.ToBest?.High));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static double? Known(double? value) => value is { } number && double.IsNaN(number) ? null : value;

    private static void WriteLayers(Utf8JsonWriter json, IReadOnlyList<LayerNumbers> layers)
    {
        json.WriteStartArray("layers");
        foreach (var layer in layers)
        {
            json.WriteStartObject();
            json.WriteString("name", layer.Name);
            json.WriteNumber("outputs", layer.Outputs);
            json.WriteNumber("inputs", layer.Inputs);
            WriteNumber(json, "frobenius", layer.Frobenius);
            WriteNumber(json, "l21", layer.Columns);
            WriteNumber(json, "l11", layer.Entries);
            WriteNumber(json, "penalized", layer.Penalized?.Norm);
            WriteNumber(json, "zeros", layer.Zeros);
            WriteNumber(json, "below_1e-3", layer.Small);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    // Shares of the variance of what is shown, of losses as log10; null where nothing varies.
    private static void WriteImportance(Utf8JsonWriter json, SweepResults results)
    {
        if (results.Grid.Axes.Count == 0 || ImportanceFigure.Shares(results.Table) is not { } shares)
        {
            json.WriteNull("importance");
            return;
        }

        json.WriteStartObject("importance");
        json.WriteStartObject("main");
        foreach (var (i, axis) in results.Grid.Axes.Index())
            json.WriteNumber(axis.Key, shares.Main[i]);
        json.WriteEndObject();
        json.WriteNumber("interaction", shares.Interaction);
        json.WriteNumber("chance", shares.Chance);
        json.WriteEndObject();
    }

    private static void WriteDensity(Utf8JsonWriter json, Bandwidth bandwidth)
    {
        var grid = new DensityGrid();
        json.WriteStartObject("density");
        json.WriteString("kernel", "gaussian");
        if (bandwidth.Rule is null)
            json.WriteNumber("bandwidth", bandwidth.Width);
        else
            json.WriteString("bandwidth", bandwidth.ToString());
        json.WriteNumber("low", grid.Low);
        json.WriteNumber("high", grid.High);
        json.WriteNumber("points", grid.Points);
        json.WriteString("unit", "nats");
        json.WriteEndObject();
    }

    private static void WriteTrial(Utf8JsonWriter json, TrialRow trial, ParameterStatistics? parameters)
    {
        json.WriteStartObject();
        json.WriteNumber("id", trial.Id);
        json.WriteNumber("ordinal", trial.Ordinal);
        json.WriteNumber("replicate", trial.Replicate);
        json.WritePropertyName("configuration");
        trial.Configuration.WriteTo(json);
        json.WriteString("state", trial.State);
        json.WriteNumber("epochs", trial.Epochs);
        WriteNumber(json, "training_loss", trial.TrainingLoss);
        WriteNumber(json, "validation_loss", trial.ValidationLoss);
        WriteNumber(json, "test_loss", trial.TestLoss);
        WriteNumber(json, "best_validation_loss", trial.BestValidationLoss);
        WriteNumber(json, "seconds", trial.Seconds);
        WriteNumber(json, "initial_entropy", parameters?.InitialEntropy);
        WriteNumber(json, "entropy", parameters?.Entropy);
        WriteNumber(json, "divergence", parameters?.Divergence);
        WriteNumber(json, "zeros", parameters?.Zeros);
        WriteNumber(json, "below_1e-3", parameters?.Small);
        json.WriteString("theta_sha256", trial.ThetaSha256);
        json.WriteString("error", trial.Error);
        json.WriteString("stopped_by", trial.StoppedBy);
        WriteNumber(json, "theta_epoch", trial.ThetaEpoch);
        json.WriteStartObject("metrics");
        foreach (var (name, value) in trial.Metrics.OrderBy(metric => metric.Key, StringComparer.Ordinal))
            WriteNumber(json, name, value);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteDiagnosis(Utf8JsonWriter json, SweepResults results)
    {
        json.WriteStartArray("diagnosis");
        foreach (var one in (results.Diagnosis?.Configurations ?? []).Select(DiagnosisRow.Of))
        {
            json.WriteStartObject();
            json.WriteNumber("ordinal", one.Ordinal);
            json.WriteString("diagnosis", one.Diagnosis);
            WriteNumber(json, "training_loss", one.TrainingLoss);
            WriteNumber(json, "validation_loss", one.ValidationLoss);
            WriteNumber(json, "avoidable_bias", one.AvoidableBias);
            WriteNumber(json, "variance", one.Variance);
            WriteNumber(json, "bias_squared", one.BiasSquared);
            WriteNumber(json, "seed_variance", one.SeedVariance);
            WriteNumber(json, "data_variance", one.DataVariance);
            json.WriteString("next", one.Next);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("split_mismatch");
        foreach (var sentence in results.Mismatch)
            json.WriteStringValue(sentence);
        json.WriteEndArray();
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, double? value)
    {
        if (value is not { } number)
            json.WriteNull(name);
        else if (double.IsFinite(number))
            json.WriteNumber(name, number);
        else
            json.WriteString(name, double.IsNaN(number) ? "NaN" : number > 0 ? "Infinity" : "-Infinity");
    }
}
