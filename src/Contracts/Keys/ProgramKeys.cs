namespace SweepCluster.Contracts.Keys;

/// <summary>The keys of programs that train trials. None has a default that would be written down: where one is not given, it is not there.</summary>
internal static class ProgramKeys
{
    public const string Command = "trainer.command";
    public const string Directory = "trainer.directory";
    public const string Assembly = "trainer.assembly";
    public const string Type = "trainer.type";

    /// <summary>The section of keys that people name themselves.</summary>
    public const string Own = "hyperparameters";

    public static readonly IReadOnlyList<KeyDefinition> All =
    [
        new(Command, new ArgumentList(), null, "A program that trains each trial, and its arguments, as they are: no shell reads them. {training.learning_rate} and any other key in braces stands for the trial's value, also {seed}, {trial}, {checkpoint}, {scratch}, {configuration}, {cores}; {{name}} is the text {name}. Without it the trial is trained by training.trainer.", Sweepable: false)
            { AlsoCalled = ["program", "cmd", "run", "script", "entrypoint", "args"] },
        new(Directory, new TextLine(1024), null, "Where the program runs, from the sweep file's folder on. Default: that folder.", Sweepable: false) { AlsoCalled = ["cwd", "workdir", "folder"] },
        new("trainer.environment", new NamedTexts(), null, "Variables for its environment, like {DEVICE: cpu}, with placeholders as in the command. Of the silo's own it gets PATH, HOME, LANG and their like.", Sweepable: false)
            { AlsoCalled = ["env", "variables"] },
        new("trainer.timeout", new Duration(), null, "The trial fails when the program runs longer. Default: it may run for ever.", Sweepable: false) { AlsoCalled = ["time_limit", "deadline"] },
        new("trainer.cores", new WholeNumber(1, 1024), null, "Slots of a silo that one trial takes. Default: 1.", Sweepable: false) { Unit = "cores", AlsoCalled = ["cpus", "slots", "threads"] },
        new("trainer.memory", new ByteSize(), null, "Memory that all processes of a trial may have together. Default: as much as there is.", Sweepable: false) { AlsoCalled = ["mem", "ram"] },
        new(Assembly, new TextLine(4096), null, "A .NET assembly with a trainer of one's own, from the sweep file's folder on; instead of a command.", Sweepable: false) { AlsoCalled = ["dll", "package", "plugin"] },
        new(Type, new TextLine(500), null, "The class in it that implements SweepCluster.Training.ITrainer, with its namespace.", Sweepable: false) { AlsoCalled = ["class"] },
        new("objective.metric", new MetricText(), null, "What trials are compared by, in stopping rules too: validation or training for the losses, or a metric that the program reports. Default: validation.", Sweepable: false) { AlsoCalled = ["name"] },
        new("objective.direction", new Choice("minimize", "maximize"), null, "Which trial is the best. Default: minimize.", Sweepable: false) { AlsoCalled = ["mode", "goal"] },
    ];

    /// <summary>The definition of a key that people name themselves, or null if this is none.</summary>
    public static KeyDefinition? OwnKey(string key) =>
        key.StartsWith(Own + ".", StringComparison.Ordinal) && MetricText.IsName(key[(Own.Length + 1)..]) && !key[(Own.Length + 1)..].Contains('.', StringComparison.Ordinal)
            ? new KeyDefinition(key, new AnyScalar(), null, "A hyperparameter of the program's own.") : null;
}
