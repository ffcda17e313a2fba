using System.CommandLine;
using System.Globalization;

namespace SweepCluster.Client;

/// <summary>An option that is an age: 12h, 30d, 8w.</summary>
internal static class AgeOption
{
    public static Option<TimeSpan> Create(string name, string meaning) => new(name)
    {
        Description = meaning,
        HelpName = "AGE",
        Required = true,
        CustomParser = result =>
        {
            var text = result.Tokens[^1].Value;
            if (Parse(text) is { } age) return age;
            result.AddError($"{name} must be a number of hours, days or weeks such as 12h, 30d or 8w, found '{text}'");
            return default;
        },
    };

    internal static TimeSpan? Parse(string text) =>
        text.Length > 1 && int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= 100_000
            ? text[^1] switch { 'h' => TimeSpan.FromHours(number), 'd' => TimeSpan.FromDays(number), 'w' => TimeSpan.FromDays(7L * number), _ => null }
            : null;
}
