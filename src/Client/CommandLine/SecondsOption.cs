using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace SweepCluster.Client;

/// <summary>An option that is a time in seconds.</summary>
internal static class SecondsOption
{
    public static Option<TimeSpan> Create(string name, string meaning, TimeSpan standard) => new(name)
    {
        Description = $"{meaning} [default: {standard.TotalSeconds.ToString(CultureInfo.InvariantCulture)} s]",
        HelpName = "SECONDS",
        DefaultValueFactory = _ => standard,
        CustomParser = result => Read(name, result) ?? default,
    };

    /// <summary>One that may be left out.</summary>
    public static Option<TimeSpan?> Create(string name, string meaning) => new(name) { Description = meaning, HelpName = "SECONDS", CustomParser = result => Read(name, result) };

    private static TimeSpan? Read(string name, ArgumentResult result)
    {
        if (double.TryParse(result.Tokens[^1].Value, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 0 and <= 1e6)
            return TimeSpan.FromSeconds(seconds);
        result.AddError($"{name} must be a number of seconds, found '{result.Tokens[^1].Value}'");
        return null;
    }
}
