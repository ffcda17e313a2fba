using System.Globalization;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Http;
using SweepCluster.Contracts;
using SweepCluster.Reports.Rows;

namespace SweepCluster.Reports.Api;

/// <summary>What a query string asks for; whatever it cannot mean is refused in words.</summary>
internal static class Query
{
    public const int DefaultLimit = 50;
    public const int MostRows = 1000;
    private const int LongestSearch = 200;
    private const int MostConditions = 10;

    public static PageOf Page(IQueryCollection query)
    {
        var limit = query["limit"].ToString() is { Length: > 0 } text
            ? int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= MostRows ? number : throw Refusal.Wrong($"limit: expected 1 to {MostRows}, found '{Refusal.Cut(text)}'.")
            : DefaultLimit;
        return new PageOf(limit, Word(query, "after"), Word(query, "before"));
    }

    public static string? Search(IQueryCollection query)
    {
        var text = query["search"].ToString().Trim();
        return text.Length <= LongestSearch ? text : throw Refusal.Wrong($"search: expected at most {LongestSearch} characters, found {text.Length}.");
    }

    public static string? SweepState(IQueryCollection query) => OneOf<SweepState>(query, "state")?.ToString();

    public static SweepOrder SweepOrder(IQueryCollection query) => OneOf<SweepOrder>(query, "sort") ?? Rows.SweepOrder.Newest;

    /// <summary>What figures compare trials by; null: the sweep's objective.</summary>
    public static string? By(IQueryCollection query) => query["by"].ToString() is { Length: > 0 } text ? text : null;

    public static TrialFilter Trials(IQueryCollection query)
    {
        var where = query["where"].Where(text => !string.IsNullOrWhiteSpace(text)).ToArray();
        if (where.Length > MostConditions)
            throw Refusal.Wrong($"where: expected at most {MostConditions} conditions, found {where.Length}.");
        var conditions = where.Select(text => TrialCondition.Parse(text!) ?? throw Refusal.Wrong($"where: expected a condition such as regularization.l2<=1e-3 (=, !=, <, <=, >, >=), found '{Refusal.Cut(text!)}'.")).ToArray();
        var replicate = query["replicate"].ToString() is { Length: > 0 } number
            ? int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var r) ? r : throw Refusal.Wrong($"replicate: expected a number from 0, found '{Refusal.Cut(number)}'.")
            : (int?)null;
        return new TrialFilter(OneOf<TrialState>(query, "state")?.ToString(), replicate, conditions, OneOf<TrialOrder>(query, "sort") ?? TrialOrder.Grid);
    }

    /// <summary>The same address with another page; null for no such page.</summary>
    public static (string? Next, string? Previous) Beside<T>(HttpRequest request, RowPage<T> rows, Func<T, string> id) => (
        rows.HasMore && rows.Rows.Count > 0 ? Address(request, "after", id(rows.Rows[^1])) : null,
        rows.HasEarlier && rows.Rows.Count > 0 ? Address(request, "before", id(rows.Rows[0])) : null);

    /// <summary>The request's address with one parameter set to a value, or without it, and back on the first page.</summary>
    public static string Address(HttpRequest request, string name, string? value)
    {
        var kept = request.Query.Where(pair => pair.Key is not ("after" or "before") && pair.Key != name)
            .SelectMany(pair => pair.Value.Where(v => !string.IsNullOrEmpty(v)).Select(v => $"{UrlEncoder.Default.Encode(pair.Key)}={UrlEncoder.Default.Encode(v!)}"));
        var all = value is null ? kept : kept.Append($"{name}={UrlEncoder.Default.Encode(value)}");
        return $"{request.Path}{(all.Any() ? "?" + string.Join('&', all) : "")}";
    }

    private static string? Word(IQueryCollection query, string name) => query[name].ToString() is { Length: > 0 and <= 64 } word ? word : null;

    private static T? OneOf<T>(IQueryCollection query, string name) where T : struct, Enum
    {
        var text = query[name].ToString();
        if (text.Length == 0)
            return null;
        return Enum.GetNames<T>().FirstOrDefault(known => known.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } found
            ? Enum.Parse<T>(found)
            : throw Refusal.Wrong($"{name}: expected {string.Join(", ", Enum.GetNames<T>().Select(known => known.ToLowerInvariant()))}, found '{Refusal.Cut(text)}'.");
    }
}
