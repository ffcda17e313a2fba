using SweepCluster.Contracts;

namespace SweepCluster.Client.Progress;

/// <summary>The one line that stays when a trial has ended.</summary>
internal static class TrialLine
{
    private const string Red = "\e[31m";
    private const string Green = "\e[32m";
    private const string Plain = "\e[0m";

    public static string Of(TrialState state, TrialProgress progress, string? error)
    {
        var losses = progress.TrainingLoss is null ? "" : $"  training loss {Numbers.Loss(progress.TrainingLoss)}  validation loss {Numbers.Loss(progress.ValidationLoss)}";
        return $"{Word(state)}  {progress.Label}  epoch {progress.Epoch}/{progress.Epochs}{losses}{(error is null ? "" : $": {error}")}";
    }

    /// <summary>For a terminal: on one line of it if it can be, though an error is always said in full.</summary>
    public static string Of(TrialState state, TrialProgress progress, string? error, int width, bool colour)
    {
        var line = Of(state, progress, error);
        if (error is null && line.Length > width)
            line = TextTable.Shorten($"{Word(state)}  {progress.Label}  {progress.Epoch}/{progress.Epochs}  {Numbers.Loss(progress.TrainingLoss)}  {Numbers.Loss(progress.ValidationLoss)}", width);
        var word = Word(state);
        return colour ? (state == TrialState.Failed ? Red : Green) + word + Plain + line[word.Length..] : line;
    }

    private static string Word(TrialState state) => state == TrialState.Pending ? "released" : state.ToString().ToLowerInvariant();
}
