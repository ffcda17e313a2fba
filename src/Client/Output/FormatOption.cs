using System.CommandLine;

namespace SweepCluster.Client;

/// <summary>The option --format with the words it takes.</summary>
internal static class FormatOption
{
    public static Option<RowFormat> Create(params RowFormat[] formats)
    {
        var words = formats.ToDictionary(format => format.ToString().ToLowerInvariant());
        var option = new Option<RowFormat>("--format")
        {
            Description = $"{string.Join(", ", words.Keys)}. Default: {words.Keys.First()}",
            HelpName = string.Join('|', words.Keys),
            DefaultValueFactory = _ => formats[0],
            CustomParser = result =>
            {
                if (words.TryGetValue(result.Tokens[^1].Value, out var format))
                    return format;
                result.AddError($"--format must be {string.Join(" or ", words.Keys)}, found '{result.Tokens[^1].Value}'");
                return default;
            },
        };
        return option;
    }
}
