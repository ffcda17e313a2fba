namespace SweepCluster.Contracts.Keys;

/// <summary>Finds the key that an unknown one was meant to be.</summary>
internal static class NearestKey
{
    /// <summary>
    /// The key meant by an unknown one in <paramref name="section"/>: what other programs call it there, a near spelling there,
    /// the same name in another section, or anything near.
    /// </summary>
    public static string? Of(string section, string typed)
    {
        var prefix = section.Length == 0 ? "" : section + ".";
        var last = typed[(typed.LastIndexOf('.') + 1)..];
        var here = Everything()
            .Where(key => key.StartsWith(prefix, StringComparison.Ordinal) && key.IndexOf('.', prefix.Length) < 0)
            .Select(key => key[prefix.Length..]);

        return Synonym(definition => definition.Section == section)
            ?? (NearestWord.Of(typed, here) is { } near ? prefix + near : null)
            ?? SweepFileKeys.All.FirstOrDefault(definition => definition.Name == last)?.Key
            ?? Synonym(_ => true)
            ?? NearestWord.Of(prefix + typed, Everything());

        string? Synonym(Func<KeyDefinition, bool> among) =>
            SweepFileKeys.All.FirstOrDefault(definition => among(definition) && definition.AlsoCalled.Contains(last))?.Key;
    }

    private static IEnumerable<string> Everything() =>
        SweepFileKeys.All.Select(definition => definition.Key).Concat(SweepFileKeys.Sections).Append("grid").Append("search");
}
