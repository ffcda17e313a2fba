using System.CommandLine;

namespace SweepCluster.Client;

/// <summary>The option --format with the words it takes.</summary>
internal static class FormatOption
{
    /// <summary>Without the option the value is null, and the first of <paramref name="formats"/> is meant.</summary>
    public static Option<RowFormat?> Create(params RowFormat[] formats)
    {
        var words = formats.ToDictionary(format => format.ToString().ToLowerInvariant());
        var option = new Option<RowFormat?>("--format")
        {
            Description = $"How the rows are written [default: {words.Keys.First()}]",
            HelpName = string.Join('|', words.Keys),
            CustomParser = result =>
            {
                if (words.TryGetValue(result.Tokens[^1].Value, out var format))
                    return format;
                result.AddError($"--format must be {string.Join(" or ", words.Keys)}, found '{result.Tokens[^1].Value}'");
                return null;
            },
        };
        // Words, not the names of an enum.
        option.CompletionSources.Clear();
        option.CompletionSources.Add([.. words.Keys]);
        return option;
    }
}
