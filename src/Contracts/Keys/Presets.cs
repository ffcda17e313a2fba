using System.Collections.Frozen;

namespace SweepCluster.Contracts.Keys;

/// <summary>
/// Named values for the keys of <c>model</c>. A key that the sweep file gives itself wins over its preset.
/// What a preset means never changes, because stored specifications may name it: a new meaning gets a new name.
/// </summary>
internal static class Presets
{
    private static readonly FrozenDictionary<string, FrozenDictionary<string, Value>> ByName =
        new Dictionary<string, FrozenDictionary<string, Value>>
        {
            ["notebook"] = Preset(stem: new Value.Whole(64), output: "linear"),
            ["article"] = Preset(stem: new Value.Word("none"), output: "relu"),
        }.ToFrozenDictionary();

    public const string Key = "model.preset";

    public static IReadOnlyList<string> Names { get; } = ["notebook", "article"];

    public const string Description =
        "notebook: a linear stem of 64, hidden [64, 64, 64], leaky_relu with slope 0.03, linear output. article: the same without stem, relu output.";

    public static Value? Find(string preset, string key) => ByName[preset].GetValueOrDefault(key);

    /// <summary>Whether the preset decides this key when the file does not.</summary>
    public static bool Decide(string key) => ByName["notebook"].ContainsKey(key);

    private static FrozenDictionary<string, Value> Preset(Value stem, string output) => new Dictionary<string, Value>
    {
        ["model.stem"] = stem,
        ["model.hidden"] = new Value.Widths([64, 64, 64]),
        ["model.activation"] = new Value.Word("leaky_relu"),
        ["model.slope"] = new Value.Real(0.03),
        ["model.output"] = new Value.Word(output),
    }.ToFrozenDictionary();
}
