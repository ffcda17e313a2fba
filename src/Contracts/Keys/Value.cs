using System.Globalization;
using System.Text.Json;

namespace SweepCluster.Contracts;

/// <summary>The value of one key of a sweep file: a number, a whole number, a word, or a list of widths, rates or names. Compared by content.</summary>
public abstract partial record Value
{
    private Value() { }

    /// <summary>The value as a number, or null if it is none: what a figure needs to place it on an axis.</summary>
    public virtual double? AsNumber => null;

    internal abstract void WriteTo(Utf8JsonWriter json);

    /// <summary>The value as JSON, for an export or a program.</summary>
    public void WriteJson(Utf8JsonWriter json) => WriteTo(json);

    public sealed record Real : Value
    {
        public Real(double number) => Number = number == 0 ? 0 : number; // -0 and 0 are one value to a reader and to jsonb

        public double Number { get; }

        public override double? AsNumber => Number;

        public override string ToString() => NumberText.Of(Number);

        internal override void WriteTo(Utf8JsonWriter json) => json.WriteRawValue(NumberText.Of(Number));
    }

    public sealed record Whole(long Number) : Value
    {
        public override double? AsNumber => Number;

        public override string ToString() => Number.ToString(CultureInfo.InvariantCulture);

        internal override void WriteTo(Utf8JsonWriter json) => json.WriteNumberValue(Number);
    }

    public sealed record Word(string Text) : Value
    {
        public override string ToString() => Text;

        internal override void WriteTo(Utf8JsonWriter json) => json.WriteStringValue(Text);
    }

    /// <summary>Names in an order: columns of a table, classes.</summary>
    public sealed record Words(IReadOnlyList<string> Texts) : Value
    {
        public bool Equals(Words? other) => other is not null && Texts.SequenceEqual(other.Texts);

        public override int GetHashCode() => Texts.Aggregate(29, HashCode.Combine);

        public override string ToString() => $"[{string.Join(", ", Texts.Select(SpecificationYaml.Scalar))}]";

        internal override void WriteTo(Utf8JsonWriter json)
        {
            json.WriteStartArray();
            foreach (var text in Texts)
                json.WriteStringValue(text);
            json.WriteEndArray();
        }
    }

    /// <summary>A rate for each hidden layer.</summary>
    public sealed record Rates(IReadOnlyList<double> Numbers) : Value
    {
        public bool Equals(Rates? other) => other is not null && Numbers.SequenceEqual(other.Numbers);

        public override int GetHashCode() => Numbers.Aggregate(19, HashCode.Combine);

        public override string ToString() => $"[{string.Join(", ", Numbers.Select(number => new Real(number)))}]";

        internal override void WriteTo(Utf8JsonWriter json)
        {
            json.WriteStartArray();
            foreach (var number in Numbers)
                new Real(number).WriteTo(json);
            json.WriteEndArray();
        }
    }

    public sealed record Widths(IReadOnlyList<int> Numbers) : Value
    {
        public bool Equals(Widths? other) => other is not null && Numbers.SequenceEqual(other.Numbers);

        public override int GetHashCode() => Numbers.Aggregate(17, HashCode.Combine);

        public override string ToString() => $"[{string.Join(", ", Numbers)}]";

        internal override void WriteTo(Utf8JsonWriter json)
        {
            json.WriteStartArray();
            foreach (var number in Numbers)
                json.WriteNumberValue(number);
            json.WriteEndArray();
        }
    }
}
