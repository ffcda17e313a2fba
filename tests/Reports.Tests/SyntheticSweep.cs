using System.Globalization;
using System.Text.Json;
using SweepCluster.Reports.Figures;
using SweepCluster.Reports.Rows;
using SweepCluster.Reports.Statistics;

namespace SweepCluster.Reports.Tests;

/// <summary>Small results in the likeness of real ones, from arithmetic alone: what the approved figures are drawn from.</summary>
internal static class SyntheticSweep
{
    private const int Points = 240;
    private const int Parameters = 400;

    /// <summary>λ shrinks parameters and flattens predictions; the last value ends in a network of zeros.</summary>
    public static SweepResults OfL2(string name = "l2", string key = "regularization.l2") => Of(
        name, key, [1e-5, 5e-5, 1e-4, 5e-4, 1e-3, 1e-2, 1e-1, 1], evaluation: "off",
        strength: value => Math.Clamp((Elementary.Log10(value) + 5) / 4, 0, 1), fuzz: _ => 0);

    /// <summary>p blurs predictions; at p = 1 nothing learns.</summary>
    public static SweepResults OfDropout() => Of(
        "dropout", "regularization.dropout.p", [0, 0.25, 0.5, 1], evaluation: "on", strength: p => p / 2, fuzz: p => p * (1 - p));

    /// <summary>One configuration.</summary>
    public static SweepResults OfPlain() => Of("plain", null, [0], evaluation: "off", strength: _ => 0.1, fuzz: _ => 0);

    public static JsonElement Json(string text)
    {
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }

    public static TrialRow Trial(long id, string configuration, double? validation = 0.01, string state = "Completed", int replicate = 0, string? error = null) =>
        new(id, (int)id - 1, replicate, Json(configuration), state, 1, "silo", 20, validation * 0.9, validation, null, validation, 1.5, new string('a', 64), error, null, null);

    public static SweepResults Of(
        string name, string? key, double[] values, string evaluation, Func<double, double> strength, Func<double, double> fuzz)
    {
        var trials = new List<TrialRow>();
        var known = new Dictionary<long, TrialResult>();
        foreach (var (i, value) in values.Index())
        {
            var configuration = key is null ? "{}" : $"{{{JsonSerializer.Serialize(key)}:{value.ToString("R", CultureInfo.InvariantCulture)}}}";
            var trial = Trial(i + 1, configuration, 0.001 + (0.05 * strength(value) * strength(value)));
            trials.Add(trial);
            known[trial.Id] = new TrialResult(trial, LossesOf(strength(value), i), FitOf(strength(value), fuzz(value), i), ParameterStatistics.Of(ParametersOf(strength(value), i)));
        }

        var specification = Json("{\"regularization\":{\"dropout\":{\"evaluation\":\"" + evaluation + "\"}}}");
        var sweep = new SweepRow("abcd1234", name, "Completed", trials.Count, trials.Count, 0, specification);
        return Assemble(sweep, trials, known);
    }

    /// <summary>The slices and the best trial, chosen as a report chooses them.</summary>
    public static SweepResults Assemble(SweepRow sweep, List<TrialRow> trials, Dictionary<long, TrialResult> known)
    {
        var table = new SweepTable(TrialColumns.Of(trials));
        var best = Selection.Best(table);
        var centre = best?.Row ?? 0;
        var slices = new List<Slice>();
        foreach (var (i, axis) in table.Grid.Axes.Index())
        {
            var rows = Selection.Along(table, i, centre);
            var members = rows.Select(row => new Member(axis[trials[row]], known[trials[row].Id], Replicates(row)));
            slices.Add(Slice.Of(axis, [.. members], Selection.Held(table, i, centre, rows.Count)));
        }

        var parameters = known.Where(pair => pair.Value.Parameters is not null).ToDictionary(pair => pair.Key, pair => pair.Value.Parameters!);
        return new SweepResults(sweep, table, trials, best, trials.Count == 0 ? null : known[trials[centre].Id], slices, parameters, new IrreducibleError(0.0005, IsExact: true));

        List<Series> Replicates(int row) =>
            [.. table.Finished.Where(other => table.Configuration[other] == table.Configuration[row]).Select(other => Measure.Validation.Of(known[trials[other].Id])!)];
    }

    /// <summary>λ × p under three seeds, with snapshots over epochs, layers, and Monte Carlo spread.</summary>
    public static SweepResults OfGrid(string evaluation = "off")
    {
        var trials = new List<TrialRow>();
        var known = new Dictionary<long, TrialResult>();
        double[] lambdas = [0, 1e-5, 1e-4, 1e-3, 1e-2];
        double[] rates = [0, 0.1, 0.25, 0.5];
        foreach (var (l, lambda) in lambdas.Index())
        {
            foreach (var (p, rate) in rates.Index())
            {
                for (var replicate = 0; replicate < 3; replicate++)
                {
                    var id = trials.Count + 1;
                    var own = new Noise((ulong)id + 700);
                    var strength = (l * 0.16) + (rate * rate);
                    var loss = (0.0006 + (0.02 * strength * strength) + (l == 1 ? 0 : 0.0004)) * (1 + (0.4 * own.Next()));
                    var text = $"{{\"regularization.l2\":{lambda.ToString("R", CultureInfo.InvariantCulture)},\"regularization.dropout.p\":{rate.ToString("R", CultureInfo.InvariantCulture)}}}";
                    var trial = Trial(id, text, loss, replicate: replicate) with { Ordinal = (l * rates.Length) + p, TrainingLoss = loss * (0.75 + (0.5 * own.Next())) };
                    trials.Add(trial);
                    var fit = FitOf(strength, 0, replicate);
                    known[id] = new TrialResult(
                        trial, LossesOf(strength, id), fit with { Spread = [.. fit.X.Select(x => 0.01 + (0.02 * rate) + (0.002 * x))] },
                        ParameterStatistics.Of(ParametersOf(strength, replicate)), HistoryOf(strength, replicate));
                }
            }
        }

        var specification = Json("{\"regularization\":{\"dropout\":{\"evaluation\":\"" + evaluation + "\"}}}");
        return Assemble(new SweepRow("abcd1234", "grid", "Completed", trials.Count, trials.Count, 0, specification), trials, known);
    }

    private static ParameterHistory HistoryOf(double strength, int series)
    {
        var snapshots = new List<Snapshot>();
        for (var epoch = 0; epoch <= 20; epoch += 5)
        {
            var (_, initial, _, trained) = ParametersOf(strength, series);
            snapshots.Add(new Snapshot(epoch, [.. initial.Select((theta, i) => theta + ((trained[i] - theta) * epoch / 20))]));
        }

        return ParameterHistory.Of(snapshots, [new("stem", 0, 40), new("hidden 1", 40, 240), new("output", 280, 120)], Bandwidth.Fixed(0.004));
    }

    private static Losses LossesOf(double strength, int series)
    {
        var noise = new Noise((ulong)series + 100);
        var epochs = Enumerable.Range(1, 20).ToArray();
        return new Losses(
            epochs,
            [.. epochs.Select(e => (0.08 / (e * e) + 0.001 + (0.05 * strength)) * (1 + (0.3 * noise.Next())))],
            [.. epochs.Select(e => (0.06 / (e * e) + 0.0011 + (0.05 * strength)) * (1 + (0.4 * noise.Next())))]);
    }

    private static Fit FitOf(double strength, double fuzz, int series)
    {
        var (data, own) = (new Noise(1), new Noise((ulong)series + 200));
        var x = Enumerable.Range(0, Points).Select(i => 12.566 * i / (Points - 1)).ToArray();
        var curve = x.Select(v => 0.5 + (0.4 * Wave(v / 12.566))).ToArray();
        return new Fit(
            x,
            [.. x.Select((_, i) => i % 10 < 7 ? "train" : "validation")],
            [.. curve.Select(y => y + (0.02 * data.Normal()))],
            [.. curve.Select(y => 0.5 + ((y - 0.5) * (1 - strength)) + (fuzz * own.Normal()))],
            [.. x.Select(_ => double.NaN)],
            1);
    }

    private static Snapshots ParametersOf(double strength, int series)
    {
        var initial = Noise.Floats(Parameters, -0.125f, 0.125f, 300);
        var noise = new Noise((ulong)series + 400);
        return new Snapshots(0, initial, 20, [.. initial.Select(theta => (float)((theta * (1 - strength)) + (0.02 * (1 - strength) * noise.Normal())))]);
    }

    // Two bends of cubic pieces, like a wave without its sine.
    private static double Wave(double t)
    {
        var phase = (t * 3 % 2) - 1;
        return 3.9 * phase * (1 - (phase * phase)) / 1.5;
    }
}
