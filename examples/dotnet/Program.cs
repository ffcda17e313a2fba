// A sweep from a .NET program: dotnet run --project examples/dotnet
// It uses your private store; with a cluster, name its store and leave the training to its silos:
//     await using var client = await SweepClient.OpenAsync("postgresql://sweep:secret@db.example/sweeps");
//     var ended = await client.WaitAsync(sweep);
using SweepCluster.Client;

const string Yaml =
    """
    name: from-dotnet
    data: {points: 400}
    model: {stem: none, hidden: [16]}
    training: {epochs: 10, batch: 32}
    grid:
      regularization.l2: [0, 1e-3, 0.1]
    """;

await using var client = await SweepClient.OpenAsync(Environment.GetEnvironmentVariable("SWEEP_STORE"));
var sweep = await client.LaunchAsync(Yaml);
Console.WriteLine($"launched {sweep}");

// Training and watching go on side by side; the losses end when no trial is open.
var training = client.TrainAsync(sweep);
var epochs = 0;
await foreach (var losses in client.LossesAsync(sweep))
{
    epochs++;
    if (losses.Epoch == 10)
        Console.WriteLine($"trial {losses.Trial}: validation loss {losses.Validation:G4} after epoch {losses.Epoch}");
}
var ended = await training;
Console.WriteLine($"{ended.State}: {ended.Completed} of {ended.Trials} trials, {epochs} epochs");

// The larger λ, the smaller the parameters.
foreach (var trial in await client.TrialsAsync(sweep))
{
    var theta = await client.ParametersAsync(trial.Id);
    Console.WriteLine($"{trial.Configuration}: {theta.Length} parameters, norm {Math.Sqrt(theta.Sum(p => (double)p * p)):F2}");
}
