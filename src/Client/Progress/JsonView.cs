using SweepCluster.Contracts;

namespace SweepCluster.Client.Progress;

/// <summary>JSON lines for a program: every event as it happens.</summary>
internal sealed class JsonView(JsonLines lines) : IProgressView
{
    public void Started(TrialId trial, Configuration configuration, int replicate) => lines.Write("trial_started", json =>
    {
        json.WriteNumber("trial", trial.Value);
        json.WritePropertyName("configuration");
        json.WriteRawValue(configuration.ToJson());
        json.WriteNumber("replicate", replicate);
    });

    public void Trained(TrialId trial, int epoch, double training, double validation) => lines.Write("epoch", json =>
    {
        json.WriteNumber("trial", trial.Value);
        json.WriteNumber("epoch", epoch);
        JsonLines.Loss(json, "training_loss", training);
        JsonLines.Loss(json, "validation_loss", validation);
    });

    public void Ended(TrialId trial, TrialState state, TrialProgress progress, string? error, ProgressSnapshot snapshot) => lines.Write("trial_ended", json =>
    {
        json.WriteNumber("trial", trial.Value);
        json.WriteString("state", state.ToString());
        json.WriteNumber("epochs", progress.Epoch);
        JsonLines.Loss(json, "training_loss", progress.TrainingLoss);
        JsonLines.Loss(json, "validation_loss", progress.ValidationLoss);
        json.WriteString("error", error);
    });

    public void Note(string text, ProgressSnapshot snapshot) => lines.Write("note", json => json.WriteString("text", text));

    public void Tick(ProgressSnapshot snapshot) { }

    public void Dispose() { }
}
