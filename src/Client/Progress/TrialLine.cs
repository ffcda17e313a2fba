using SweepCluster.Contracts;

namespace SweepCluster.Client.Progress;

/// <summary>The one line that stays when a trial has ended.</summary>
internal static class TrialLine
{
    private const string Red = "\e[31m";
    private const string Green = "\e[32m";
    private const string Plain = "\e[0m";

    public static string Of(TrialState state, TrialProgress progress, string? error, bool colour = false)
    {
        var word = state == TrialState.Pending ? "released" : state.ToString().ToLowerInvariant();
        var shown = colour ? (state is TrialState.Failed ? Red : Green) + word + Plain : word;
        var losses = progress.TrainingLoss is null ? "" : $"  training loss {Numbers.Loss(progress.TrainingLoss)}  validation loss {Numbers.Loss(progress.ValidationLoss)}";
        return $"{shown}  {progress.Label}  epoch {progress.Epoch}/{progress.Epochs}{losses}{(error is null ? "" : $": {error}")}";
    }
}
