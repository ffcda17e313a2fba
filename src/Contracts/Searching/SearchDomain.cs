using System.Globalization;

namespace SweepCluster.Contracts;

/// <summary>From where a searched key takes its values: a map from [0, 1) to them.</summary>
public abstract record SearchDomain
{
    private SearchDomain() { }

    /// <param name="share">In [0, 1).</param>
    public abstract Value At(double share);

    /// <summary>As it stands in the sweep file: <c>{log_uniform: [1e-6, 1e-2]}</c>.</summary>
    public string Text => $"{{{Form.Name}: [{string.Join(", ", Form.Values)}]}}";

    /// <summary>Its word in the sweep file, with the ends of a range or the values of a choice.</summary>
    internal abstract (string Name, IReadOnlyList<Value> Values) Form { get; }

    /// <summary>Even in the number.</summary>
    public sealed record Uniform(double Low, double High) : SearchDomain
    {
        public override Value At(double share) => Rounded(Low + (share * (High - Low)), Low, High);

        internal override (string Name, IReadOnlyList<Value> Values) Form => ("uniform", [new Value.Real(Low), new Value.Real(High)]);
    }

    /// <summary>Even in the logarithm; both ends above 0.</summary>
    public sealed record LogUniform(double Low, double High) : SearchDomain
    {
        public override Value At(double share) => Rounded(Low * Math.Pow(High / Low, share), Low, High);

        internal override (string Name, IReadOnlyList<Value> Values) Form => ("log_uniform", [new Value.Real(Low), new Value.Real(High)]);
    }

    /// <summary>Whole numbers, both ends included and all equally likely.</summary>
    public sealed record WholeRange(long Low, long High) : SearchDomain
    {
        public override Value At(double share) => new Value.Whole(Math.Min(High, Low + (long)Math.Floor(share * (High - Low + 1.0))));

        internal override (string Name, IReadOnlyList<Value> Values) Form => ("integer", [new Value.Whole(Low), new Value.Whole(High)]);
    }

    /// <summary>Some values, all equally likely.</summary>
    public sealed record Choice(IReadOnlyList<Value> Values) : SearchDomain
    {
        public override Value At(double share) => Values[(int)Math.Min(Values.Count - 1, Math.Floor(share * Values.Count))];

        internal override (string Name, IReadOnlyList<Value> Values) Form => ("choice", Values);

        public bool Equals(Choice? other) => other is not null && Values.SequenceEqual(other.Values);

        public override int GetHashCode() => Values.Aggregate(23, HashCode.Combine);
    }

    // Six digits: people read and type them, and the last bits of a power, which differ between machines, are gone.
    private static Value.Real Rounded(double number, double low, double high) =>
        new(Math.Clamp(double.Parse(number.ToString("E5", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture), low, high));
}
