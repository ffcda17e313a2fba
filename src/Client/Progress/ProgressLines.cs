namespace SweepCluster.Client.Progress;

/// <summary>Draws a snapshot as lines of text no wider than the terminal. Pure: the same snapshot and width give the same lines.</summary>
internal static class ProgressLines
{
    private const int MaxRunning = 16;
    private const int WidestBar = 40;
    private const int NarrowestBar = 8;
    private const int WidestCurve = 24;
    private const int NarrowestCurve = 6;

    public static IReadOnlyList<string> Of(ProgressSnapshot snapshot, int width)
    {
        var lines = new List<string> { Overall(snapshot, width) };
        var label = snapshot.Running.Select(trial => trial.Label.Length).DefaultIfEmpty(0).Max();
        foreach (var trial in snapshot.Running.Take(MaxRunning))
            lines.Add(Running(trial, label, width));
        if (snapshot.Running.Count > MaxRunning)
            lines.Add($"  and {snapshot.Running.Count - MaxRunning} more");
        if (snapshot.Best is { } best)
            lines.Add(Fit(width, $"  best so far: {best.Label}  {snapshot.Objective.Title} {Numbers.Loss(best.Value)}", $"  best {best.Label} {Numbers.Loss(best.Value)}"));
        return lines;
    }

    /// <summary>The same as one line for a log that is no terminal.</summary>
    public static string Plain(ProgressSnapshot snapshot) =>
        $"{Percent(snapshot)}, {snapshot.Ended} of {Numbers.Count(snapshot.Trials, "trial")}{Failures(snapshot)}, {Time(snapshot)}";

    private static string Overall(ProgressSnapshot snapshot, int width)
    {
        var counts = $"{Percent(snapshot)}  {snapshot.Ended}/{Numbers.Count(snapshot.Trials, "trial")}{Failures(snapshot)}";
        string[] tails = [$"{counts}  {Time(snapshot)}{Rate(snapshot)}", $"{counts}  {Time(snapshot)}", counts, Percent(snapshot)];
        string[] heads = [$"{snapshot.Name}  ", ""];
        // The widest that fits: first the name goes, then the rate, then the time, then the counts.
        foreach (var tail in tails)
            foreach (var head in heads)
                if (width - head.Length - tail.Length - 2 is var room && room >= NarrowestBar)
                    return $"{head}{Bar(snapshot.Share, Math.Min(room, WidestBar))}  {tail}";
        return TextTable.Shorten(Percent(snapshot), width);
    }

    private static string Running(TrialProgress trial, int label, int width)
    {
        var name = trial.Label.PadRight(label);
        var epochs = $"epoch {trial.Epoch.ToString().PadLeft(trial.Epochs.ToString().Length)}/{trial.Epochs}";
        var line = Fit(
            width,
            $"  {name}  {epochs}  training loss {Numbers.Loss(trial.TrainingLoss),-9}  validation loss {Numbers.Loss(trial.ValidationLoss),-9}",
            $"  {name}  {epochs}  training {Numbers.Loss(trial.TrainingLoss),-9}  validation {Numbers.Loss(trial.ValidationLoss),-9}",
            $"  {name}  {epochs}  validation {Numbers.Loss(trial.ValidationLoss),-9}",
            $"  {name}  {epochs}",
            $"  {trial.Label}  {trial.Epoch}/{trial.Epochs}");
        // The curve has what room the words leave.
        var room = Math.Min(WidestCurve, width - line.Length - 2);
        return room < NarrowestCurve || trial.Trail is null ? line.TrimEnd() : $"{line}  {Sparkline.Of(trial.Trail.Losses, room)}".TrimEnd();
    }

    private static string Bar(double share, int width)
    {
        var full = (int)(share * width);
        return new string('━', full) + new string('─', width - full);
    }

    private static string Percent(ProgressSnapshot snapshot) => $"{(int)(100 * snapshot.Share),3} %";

    private static string Failures(ProgressSnapshot snapshot) => snapshot.Failed == 0 ? "" : $", {snapshot.Failed} failed";

    private static string Time(ProgressSnapshot snapshot) =>
        Numbers.Duration(snapshot.Elapsed) + (snapshot.Remaining is { } remaining ? $", {Numbers.Duration(remaining)} left" : "");

    private static string Rate(ProgressSnapshot snapshot) => snapshot.PerSecond is not { } rate ? ""
        : rate >= 1 ? $", {rate.ToString("G3", System.Globalization.CultureInfo.InvariantCulture)} trials/s"
        : $", {(60 * rate).ToString("G3", System.Globalization.CultureInfo.InvariantCulture)} trials/min";

    /// <summary>The first wording that fits, or the last one shortened.</summary>
    private static string Fit(int width, params ReadOnlySpan<string> wordings)
    {
        foreach (var wording in wordings)
            if (wording.Length <= width)
                return wording;
        return TextTable.Shorten(wordings[^1], width);
    }
}
