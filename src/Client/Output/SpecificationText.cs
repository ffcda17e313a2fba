using SweepCluster.Contracts;

namespace SweepCluster.Client;

/// <summary>A specification as a person reads it: a line for each section, a line for each axis.</summary>
internal static class SpecificationText
{
    private const int Indent = 16;
    private const int MostValues = 12;

    // What a program may be told and nobody said is no news: our own data, network and penalties.
    private static readonly Specification Unsaid = SweepFile.Parse("trainer: {command: [program]}").Specification!;
    private static readonly string[] AlwaysSaid = ["seed", "replicates", "training.epochs"];

    /// <param name="width">Of the terminal; null to leave lines as long as they are.</param>
    public static void Write(TextWriter output, Specification specification, int? width)
    {
        var swept = specification.SweptKeys.ToHashSet();
        foreach (var section in specification.Values.Where(entry => entry.Key != "name" && !swept.Contains(entry.Key) && IsSaid(specification, entry)).GroupBy(entry => entry.Key.Split('.')[0]))
            Wrapped(output, section.Key + ":", section.Select(entry => Setting(section.Key, entry)), width);
        foreach (var axis in specification.Axes)
            Wrapped(output, "grid:", Values(axis), width);
        if (specification.Search is { } search)
            Wrapped(output, "search:", Drawn(search), width);
    }

    private static bool IsSaid(Specification specification, KeyValuePair<string, Value> entry) =>
        !specification.HasProgram || AlwaysSaid.Contains(entry.Key) || Unsaid.Find(entry.Key)?.ToString() != entry.Value.ToString();

    private static string Setting(string section, KeyValuePair<string, Value> entry) =>
        entry.Key == section ? entry.Value.ToString()! : $"{entry.Key[(section.Length + 1)..]} {entry.Value}";

    private static IEnumerable<string> Drawn(SearchSpace search) =>
        search.Keys.Select(searched => $"{searched.Key} = {searched.Domain.Text}" + (searched.When.Count == 0 ? "" : $" when {string.Join(" and ", searched.When.Select(condition => $"{condition.Key} is {condition.Value}"))}"))
            .Prepend($"{search.Sampler.ToString().ToLowerInvariant()}, {search.Configurations:N0} configurations, seed {search.Seed}");

    private static IEnumerable<string> Values(Axis axis)
    {
        var values = axis.Values.Count <= MostValues
            ? axis.Values.Select(value => value.ToString()!)
            : [.. axis.Values.Take(3).Select(value => value.ToString()!), "…", $"{axis.Values[^1]} ({axis.Values.Count} values)"];
        return values.Select((value, i) => i == 0 ? $"{axis.Key} = {value}" : value);
    }

    /// <summary>Words after a title, on as many lines as the terminal needs, the title's column left free.</summary>
    private static void Wrapped(TextWriter output, string title, IEnumerable<string> words, int? width)
    {
        var line = title.PadRight(Indent);
        var separator = "";
        foreach (var word in words)
        {
            if (line.Length + separator.Length + word.Length >= width && line.Length > Indent)
            {
                output.WriteLine(line + separator.TrimEnd());
                line = new string(' ', Indent);
                separator = "";
            }
            line += separator + word;
            separator = ", ";
        }
        output.WriteLine(line);
    }
}
