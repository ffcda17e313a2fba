using System.CommandLine;
using SweepCluster.Client.Parameters;
using SweepCluster.Contracts;
using SweepCluster.Grains;
using SweepCluster.Store.Queries;
using SweepCluster.Training;

namespace SweepCluster.Client.Commands;

/// <summary>sweep params TRIAL: θ, for whatever reads arrays.</summary>
internal static class ParamsCommand
{
    private enum ParameterFormat
    {
        Npy,
        Safetensors,
    }

    public static Command Create()
    {
        var trial = TrialWord.Argument();
        var epoch = new Option<int?>("--epoch") { Description = "Epoch whose snapshot to write; 0 is before training [default: the last]", HelpName = "N" };
        var words = Enum.GetValues<ParameterFormat>().ToDictionary(known => known.ToString().ToLowerInvariant());
        var format = new Option<ParameterFormat?>("--format")
        {
            Description = "npy: all of θ as one NumPy array; safetensors: a tensor for each layer's weights and biases [default: by the file's ending, else npy]",
            HelpName = string.Join('|', words.Keys),
            CustomParser = result =>
            {
                if (words.TryGetValue(result.Tokens[^1].Value, out var known))
                    return known;
                result.AddError($"--format must be {string.Join(" or ", words.Keys)}, found '{result.Tokens[^1].Value}'");
                return null;
            },
        };
        format.CompletionSources.Clear();
        format.CompletionSources.Add([.. words.Keys]);
        var file = new Option<string?>("--out") { Description = "File to write, whole or not at all [default: standard output, where that is no terminal]", HelpName = "FILE" };
        var store = StoreSession.Option();
        var command = new ExampledCommand(
            "params", "Write a trial's parameters as NumPy or safetensors",
            "sweep params l2-visual-intuition/3 --out theta.npy", "sweep params 17 --epoch 0 --out start.safetensors")
        { trial, epoch, format, file, store };
        command.SetAction((parsed, cancel) =>
        {
            var path = parsed.GetValue(file);
            if (path is null && Terminal.IsOutput)
                throw new UserMistake("parameters are bytes, not text: name a file with --out theta.npy, or send them to another program");
            var chosen = parsed.GetValue(format) ?? (path?.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase) == true ? ParameterFormat.Safetensors : ParameterFormat.Npy);
            return StoreSession.UseAsync(parsed.GetValue(store), session => RunAsync(session, parsed.GetRequiredValue(trial), parsed.GetValue(epoch), chosen, path, cancel), cancel);
        });
        return command;
    }

    private static async Task<int> RunAsync(StoreSession session, string word, int? wanted, ParameterFormat format, string? path, CancellationToken cancel)
    {
        var trial = await TrialWord.FindAsync(session, word, cancel);
        var epochs = await session.Ledger.Trials.SnapshotEpochsAsync(trial.Id, cancel);
        if (epochs.Count == 0)
            throw new UserMistake($"trial {trial.Id} has no snapshot yet: it is {trial.State}");
        var epoch = wanted ?? epochs[^1];
        if (await session.Ledger.Trials.ParametersAsync(trial.Id, epoch, cancel) is not { } parameters)
            throw new UserMistake($"trial {trial.Id} has no snapshot of epoch {epoch}; it has {string.Join(", ", epochs)}");

        var specification = await session.Ledger.Sweeps.SpecificationAsync(trial.Sweep, cancel);
        if ((specification.HasProgram || specification.Assembly is not null) && format == ParameterFormat.Safetensors)
            throw new UserMistake($"trial {trial.Id} was trained by {(specification.HasProgram ? "a program" : "a trainer of its own")}, whose parameters are one list without layers; use --format npy");
        var hash = ParameterHash.Sha256(parameters);
        if (path is null)
        {
            await using var output = Console.OpenStandardOutput();
            Write(output);
        }
        else
        {
            await AtomicFile.WriteBytesAsync(path, output =>
            {
                Write(output);
                return Task.CompletedTask;
            });
            await Console.Error.WriteLineAsync($"sweep: wrote {Numbers.Count(parameters.Length, "parameter")} of trial {trial.Id} after epoch {epoch} to {path}; SHA-256 {hash}");
        }
        return ExitCode.Done;

        void Write(Stream output)
        {
            if (format == ParameterFormat.Npy)
                Npy.Write(output, parameters);
            else
                Safetensors.Write(output, parameters, Layers(specification, trial), Metadata(trial, epoch, hash));
        }
    }

    private static IReadOnlyList<LayerShape> Layers(Specification specification, TrialSummary trial) =>
        TrialPlan.Of(specification.Resolve(Configuration.FromJson(trial.Configuration), trial.Replicate)).Training.Network.Layers;

    private static Dictionary<string, string> Metadata(TrialSummary trial, int epoch, string hash) => new()
    {
        ["sweep"] = trial.Sweep.Value,
        ["trial"] = trial.Id.ToString(),
        ["configuration"] = trial.Configuration,
        ["replicate"] = $"{trial.Replicate}",
        ["epoch"] = $"{epoch}",
        ["theta_sha256"] = hash,
    };
}
