namespace SweepCluster.Contracts;

/// <summary>A trainer in an assembly of the user's.</summary>
/// <param name="File">Absolute.</param>
/// <param name="Type">Whole name of the class that implements the seam.</param>
public sealed record AssemblySpecification(string File, string Type);

/// <summary>A program that trains a trial, as the sweep file names it; its placeholders are still to be filled.</summary>
/// <param name="Command">The program and its arguments; no shell reads them.</param>
/// <param name="Directory">Where it runs; absolute, or from where the silo was started.</param>
/// <param name="Environment">What it finds in its environment besides the few variables that every program gets.</param>
/// <param name="Timeout">It is ended after so long; null for never.</param>
/// <param name="Cores">Slots that one trial takes of its silo.</param>
/// <param name="Memory">Bytes its processes may have together; null for any.</param>
/// <param name="Settings">Every key of the sweep file with this trial's value, in the order of the reference.</param>
public sealed record ProgramSpecification(
    IReadOnlyList<string> Command, string Directory, IReadOnlyDictionary<string, string> Environment, TimeSpan? Timeout, int Cores, long? Memory,
    IReadOnlyList<KeyValuePair<string, Value>> Settings)
{
    /// <summary>The settings as JSON, dotted keys in one object: what the program is told of its configuration.</summary>
    public string SettingsJson() => new Configuration(Settings).ToJson();
}
