using System.Text.Json;
using SweepCluster.Contracts.Files;

namespace SweepCluster.Contracts;

public abstract partial record Value
{
    /// <summary>A program and its arguments.</summary>
    public sealed record Arguments(IReadOnlyList<string> Texts) : Value
    {
        public bool Equals(Arguments? other) => other is not null && Texts.SequenceEqual(other.Texts);

        public override int GetHashCode() => Texts.Aggregate(19, HashCode.Combine);

        public override string ToString() => $"[{string.Join(", ", Texts.Select(Json.Quoted))}]";

        internal override void WriteTo(Utf8JsonWriter json)
        {
            json.WriteStartArray();
            foreach (var text in Texts)
                json.WriteStringValue(text);
            json.WriteEndArray();
        }
    }

    /// <summary>Variables of an environment, in the order of the file.</summary>
    public sealed record Named(IReadOnlyList<KeyValuePair<string, string>> Entries) : Value
    {
        public bool Equals(Named? other) => other is not null && Entries.Count == other.Entries.Count && Entries.All(other.Entries.Contains);

        public override int GetHashCode() => Entries.Aggregate(23, (hash, entry) => hash ^ HashCode.Combine(entry.Key, entry.Value));

        public override string ToString() => $"{{{string.Join(", ", Entries.Select(entry => $"{entry.Key}: {Json.Quoted(entry.Value)}"))}}}";

        internal override void WriteTo(Utf8JsonWriter json)
        {
            json.WriteStartObject();
            foreach (var (name, text) in Entries)
                json.WriteString(name, text);
            json.WriteEndObject();
        }
    }
}
