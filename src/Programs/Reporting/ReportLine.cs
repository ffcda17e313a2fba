using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace SweepCluster.Programs.Reporting;

/// <summary>Reads one line of a program's standard output. A pure function: hostile input costs no more than its length.</summary>
public static partial class ReportLine
{
    public const int MostMetrics = 64;
    public const int MostEpochs = 1_000_000;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 8 };
    private static readonly string[] Keys = ["epoch", "snapshot", "fit", "checkpoint"];

    [GeneratedRegex("""^\s*\{\s*"(epoch|snapshot|fit|checkpoint)"\s*:""", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Beginning { get; }

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_./-]{0,59}$", RegexOptions.CultureInvariant)]
    private static partial Regex MetricName { get; }

    /// <returns>Empty: an ordinary line, for the log.</returns>
    public static IReadOnlyList<Report> Read(ReadOnlySpan<byte> line)
    {
        var text = (line.StartsWith("\uFEFF"u8) ? line[3..] : line).TrimStart(" \t"u8);
        if (text.Length == 0 || text[0] != '{' || !HasKey(text)) return [];
        try
        {
            using var json = JsonDocument.Parse(Encoding.UTF8.GetString(QuoteNames(text)), Options);
            return Keys.Any(key => json.RootElement.TryGetProperty(key, out _)) ? Read(json.RootElement) : [];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // the latter: half a character, \ud800
        {
            return Begins(text) ? [new Report.Wrong($"a line begins like a report and is not JSON ({e.Message.Split('.')[0]}): {Shown(text)}")] : [];
        }
    }

    /// <summary>Reads the beginning of a line that is longer than a report may be: left out without a word, an epoch would be missing.</summary>
    public static IReadOnlyList<Report> ReadCut(ReadOnlySpan<byte> beginning) =>
        Begins(beginning) ? [new Report.Wrong($"a report has at most {LineSplitter.MostBytes:N0} bytes, found more: {Shown(beginning)}")] : [];

    // Programs that log JSON print many lines of it: those without a key are not worth reading.
    private static bool HasKey(ReadOnlySpan<byte> text) =>
        text.IndexOf("\"epoch\""u8) >= 0 || text.IndexOf("\"snapshot\""u8) >= 0 || text.IndexOf("\"fit\""u8) >= 0 || text.IndexOf("\"checkpoint\""u8) >= 0;

    private static bool Begins(ReadOnlySpan<byte> text) => Beginning.IsMatch(Encoding.UTF8.GetString(text[..Math.Min(text.Length, 80)]));

    private static List<Report> Read(JsonElement line)
    {
        var reports = new List<Report>();
        if (line.TryGetProperty("epoch", out var epoch)) reports.Add(Epoch(line, epoch));
        if (line.TryGetProperty("snapshot", out var snapshot)) reports.Add(Path(snapshot, "snapshot", "theta.npy", path => new Report.Snapshot(path)));
        if (line.TryGetProperty("fit", out var fit)) reports.Add(Path(fit, "fit", "fit.csv", path => new Report.Fit(path)));
        if (line.TryGetProperty("checkpoint", out var checkpoint))
            reports.Add(checkpoint.ValueKind == JsonValueKind.True ? new Report.Checkpoint() : new Report.Wrong($"\"checkpoint\": expected true, found {Shown(checkpoint)}"));
        return reports;
    }

    private static Report Epoch(JsonElement line, JsonElement epoch)
    {
        // Also 3.0, as languages without whole numbers and trainers that count in fractions print it.
        if (epoch.ValueKind != JsonValueKind.Number || !epoch.TryGetDouble(out var counted) || counted is not (>= 1 and <= MostEpochs) || counted != Math.Floor(counted))
            return new Report.Wrong($"\"epoch\": expected a whole number from 1 to {MostEpochs:N0}, found {Shown(epoch)}");
        var number = (int)counted;
        if (Number(line, "training") is not { } training || Number(line, "validation") is not { } validation)
        {
            var missing = Number(line, "training") is null ? "training" : "validation";
            return new Report.Wrong($"epoch {number}: expected a number \"{missing}\" beside it, found {(line.TryGetProperty(missing, out var found) ? Shown(found) : "none")}");
        }
        var metrics = new Dictionary<string, double>();
        var (notes, tooMany) = (new Dictionary<string, string>(), 0);
        foreach (var property in line.EnumerateObject())
        {
            if (property.Name is "epoch" or "training" or "validation" or "snapshot" or "fit" or "checkpoint") continue;
            if (!MetricName.IsMatch(property.Name)) Note($"a metric's name has up to 60 letters, digits and _ . / -, found {Cut(property.Name)}");
            else if (Number(property.Value) is not { } value) Note($"metric '{property.Name}' is not a number: {Shown(property.Value)}");
            else if (!double.IsFinite(value)) Note($"metric '{property.Name}' is {value} and is not kept");
            else if (metrics.Count < MostMetrics || metrics.ContainsKey(property.Name)) metrics[property.Name] = value;
            else tooMany++;

            void Note(string text) => notes[Cut(property.Name)] = $"epoch {number}: {text}";
        }
        if (tooMany > 0) notes[""] = $"epoch {number}: at most {MostMetrics} metrics are kept, found {metrics.Count + tooMany}";
        return new Report.Epoch(number, training, validation, metrics, notes);
    }

    private static Report Path(JsonElement value, string key, string example, Func<string, Report> report) =>
        value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 and <= 4096 } path && !path.Contains('\0', StringComparison.Ordinal)
            ? report(path) : new Report.Wrong($"\"{key}\": expected the name of a file, like \"{example}\", found {Shown(value)}");

    private static double? Number(JsonElement line, string key) => line.TryGetProperty(key, out var value) ? Number(value) : null;

    // Only QuoteNames makes such texts of what were numbers; a program that quotes them itself means the same.
    private static double? Number(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => value.TryGetDouble(out var number) ? number : null,
        JsonValueKind.String => value.GetString() switch { "NaN" => double.NaN, "Infinity" => double.PositiveInfinity, "-Infinity" => double.NegativeInfinity, _ => null },
        _ => null,
    };

    /// <summary>Python, JavaScript libraries and C print NaN and Infinity where JSON has no word: put them into quotes.</summary>
    private static byte[] QuoteNames(ReadOnlySpan<byte> text)
    {
        if (text.IndexOf("NaN"u8) < 0 && text.IndexOf("nan"u8) < 0 && text.IndexOf("nf"u8) < 0) return text.ToArray();
        var quoted = new List<byte>(text.Length + 16);
        var inside = false;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '"' && !IsEscaped(text, i)) inside = !inside;
            var name = inside ? default : Named(text[i..]);
            if (name.Length == 0)
            {
                quoted.Add(text[i]);
                continue;
            }
            quoted.AddRange("\""u8);
            quoted.AddRange(name.Canonical);
            quoted.AddRange("\""u8);
            i += name.Length - 1;
        }
        return [.. quoted];
    }

    private static (int Length, byte[] Canonical) Named(ReadOnlySpan<byte> text)
    {
        foreach (var (spelling, canonical) in (ReadOnlySpan<(string, string)>)
                 [("NaN", "NaN"), ("nan", "NaN"), ("-nan", "NaN"), ("-Infinity", "-Infinity"), ("Infinity", "Infinity"), ("-inf", "-Infinity"), ("inf", "Infinity")])
        {
            if (text.StartsWith(Encoding.ASCII.GetBytes(spelling))) return (spelling.Length, Encoding.ASCII.GetBytes(canonical));
        }
        return (0, []);
    }

    private static bool IsEscaped(ReadOnlySpan<byte> text, int at)
    {
        var slashes = 0;
        while (at > slashes && text[at - 1 - slashes] == '\\') slashes++;
        return slashes % 2 == 1;
    }

    private static string Shown(JsonElement value) => Cut(value.GetRawText());

    private static string Shown(ReadOnlySpan<byte> text) => Cut(Encoding.UTF8.GetString(text[..Math.Min(text.Length, 200)]));

    private static string Cut(string text) => TrialLog.Visible(text.Length <= 60 ? text : text[..60] + "…");
}
