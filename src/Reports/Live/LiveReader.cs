using Npgsql;
using SweepCluster.Contracts;
using SweepCluster.Reports.Figures;
using SweepCluster.Reports.Pages;
using SweepCluster.Reports.Rows;
using SweepCluster.Store.News;

namespace SweepCluster.Reports.Live;

/// <summary>Reads how far a sweep is.</summary>
internal static class LiveReader
{
    private const int MostRunning = 30;

    /// <summary>Null when there is no such sweep.</summary>
    /// <param name="news">What silos said since, by trial.</param>
    public static async Task<LiveState?> ReadAsync(NpgsqlDataSource store, string sweep, IReadOnlyDictionary<long, TrialNews>? news, CancellationToken ct)
    {
        if (await SweepList.GetAsync(store, sweep, ct) is not { } listed)
            return null;
        var counts = await TrialList.CountsAsync(store, sweep, ct);
        var running = counts.ContainsKey(nameof(TrialState.Running))
            ? (await TrialList.ReadAsync(store, sweep, TrialFilter.All with { State = nameof(TrialState.Running) }, new PageOf(MostRunning, null, null), ct)).Rows
            : [];
        var replicates = running.Any(trial => trial.Replicate > 0);
        var ended = counts.Where(pair => Enum.Parse<TrialState>(pair.Key).IsFinal()).Sum(pair => pair.Value);
        return new LiveState(listed.State, listed.Trials, ended, counts, [.. running.Select(trial => Live(trial, news?.GetValueOrDefault(trial.Id), replicates))], listed.IsOpen);
    }

    public static LiveTrial Heard(LiveTrial trial, TrialNews news) => news.Epoch <= trial.Epoch
        ? trial
        : trial with { Epoch = news.Epoch, Training = Finding.Loss(news.Training), Validation = Finding.Loss(news.Validation) };

    private static LiveTrial Live(TrialRow trial, TrialNews? news, bool replicates)
    {
        var label = TrialLabel.Of(trial, replicates);
        var live = new LiveTrial(trial.Id, label, trial.Epochs, Finding.Loss(trial.TrainingLoss), Finding.Loss(trial.ValidationLoss));
        return news is null ? live : Heard(live, news);
    }
}

/// <summary>How a person tells trials of one sweep apart, without knowing the whole grid.</summary>
internal static class TrialLabel
{
    public static string Of(TrialRow trial, bool replicates)
    {
        var parts = new List<string>();
        if (trial.Configuration.ValueKind == System.Text.Json.JsonValueKind.Object)
            parts.AddRange(trial.Configuration.EnumerateObject().Select(property => $"{Symbol(property.Name)} = {Svg.TextWidth.Fit(Grid.Text(property.Value), 1, 24)}"));
        if (replicates || parts.Count == 0)
            parts.Add($"replicate {trial.Replicate}");
        return Svg.TextWidth.Fit(string.Join(", ", parts), 1, 80);
    }

    public static Label Symbol(string key) => new GridAxis(key, AxisKind.Ranked, []).Symbol;
}
