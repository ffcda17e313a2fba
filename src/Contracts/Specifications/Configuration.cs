using SweepCluster.Contracts.Files;
using SweepCluster.Contracts.Keys;

namespace SweepCluster.Contracts;

/// <summary>
/// One point of the grid: the swept keys with their values. In grid order as the specification makes it; a database may
/// give the keys back in another order, so equality does not look at it.
/// </summary>
public sealed class Configuration(IReadOnlyList<KeyValuePair<string, Value>> entries) : IEquatable<Configuration>
{
    public IReadOnlyList<KeyValuePair<string, Value>> Entries { get; } = entries;

    /// <summary>The key's value, or null if the grid does not sweep it.</summary>
    public Value? this[string key]
    {
        get
        {
            foreach (var entry in Entries)
                if (entry.Key == key)
                    return entry.Value;
            return null;
        }
    }

    public string ToJson() => Json.Write(json =>
    {
        json.WriteStartObject();
        foreach (var (key, value) in Entries)
        {
            json.WritePropertyName(key);
            value.WriteJson(json);
        }
        json.WriteEndObject();
    });

    /// <exception cref="FormatException">The text is not what <see cref="ToJson"/> writes.</exception>
    public static Configuration FromJson(string json)
    {
        if (Json.Read(json) is not MapNode map)
            throw new FormatException("a configuration must be a JSON object");
        return new Configuration([.. map.Entries.Select(entry =>
            SweepFileKeys.Find(entry.Key) is var definition && definition?.Domain.Read(entry.Value).Value is { } value
                ? KeyValuePair.Create(entry.Key, value)
                : throw new FormatException($"configuration key '{entry.Key}': unknown, or its value {entry.Value.Found} is not {definition?.Domain.Expected}"))]);
    }

    public bool Equals(Configuration? other) =>
        other is not null && Entries.Count == other.Entries.Count && Entries.All(entry => entry.Value.Equals(other[entry.Key]));

    public override bool Equals(object? obj) => Equals(obj as Configuration);

    public override int GetHashCode() => Entries.Aggregate(Entries.Count, (hash, entry) => hash ^ HashCode.Combine(entry.Key, entry.Value));

    /// <summary><c>regularization.l2=0.001 regularization.dropout.p=0.5</c>.</summary>
    public override string ToString() => string.Join(' ', Entries.Select(entry => $"{entry.Key}={entry.Value}"));
}
