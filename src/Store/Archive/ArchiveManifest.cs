using System.Text.Encodings.Web;
using System.Text.Json;

namespace SweepCluster.Store.Archive;

/// <summary>What an archive says of itself: its version, the sweep's own row, and what each entry must hash to.</summary>
/// <param name="Version">Of the entries and their columns.</param>
/// <param name="Specification">JSON, as the store keeps it.</param>
/// <param name="Hashes">SHA-256 of each entry's bytes before compression, by its table.</param>
internal sealed record ArchiveManifest(
    string Format, int Version, string Id, string Name, JsonElement Specification, int Priority,
    DateTime CreatedAt, DateTime? PausedAt, DateTime? CancelledAt, DateTime? ClosedAt,
    long? Completed, long? Failed, long? Cancelled, IReadOnlyDictionary<string, string> Hashes)
{
    /// <summary>The configuration that was tested, and when; null where none was.</summary>
    public long? Selected { get; init; }

    public DateTime? SelectedAt { get; init; }

    public const string Entry = "manifest.json";
    public const string OurFormat = "sweep archive";
    public const int OurVersion = 3; // 1 knew no stopping rules and no mean of Monte Carlo passes, 2 no tables and tested every trial

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    public void Write(Stream stream) => JsonSerializer.Serialize(stream, this, Options);

    /// <exception cref="FormatException">Not the manifest of an archive that this program can read.</exception>
    public static ArchiveManifest Read(Stream stream)
    {
        ArchiveManifest? manifest;
        try
        {
            // The form first: another version may lack what this one requires.
            using var json = JsonDocument.Parse(stream);
            if (json.RootElement.ValueKind != JsonValueKind.Object || !json.RootElement.TryGetProperty("format", out var format) || !format.ValueEquals(OurFormat))
                throw new FormatException($"its {Entry} does not say \"format\": \"{OurFormat}\"");
            if (!json.RootElement.TryGetProperty("version", out var version) || !version.TryGetInt32(out var number) || number < 1)
                throw new FormatException($"its {Entry} has no version");
            if (number > OurVersion)
                throw new FormatException($"it is of version {number}, this program reads up to {OurVersion}; use a newer sweep");
            manifest = json.Deserialize<ArchiveManifest>(Options);
        }
        catch (JsonException e)
        {
            throw new FormatException($"its {Entry} is damaged: {e.Message}", e);
        }
        return manifest ?? throw new FormatException($"its {Entry} is empty");
    }
}
