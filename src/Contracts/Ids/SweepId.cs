using System.Security.Cryptography;

namespace SweepCluster.Contracts;

/// <summary>Names one sweep: eight characters of Crockford's base 32, drawn at launch, short enough to type a prefix of.</summary>
public readonly record struct SweepId(string Value)
{
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
    private const int Length = 8;

    /// <summary>Draws a fresh id. Identity is not a result, so it comes from the system's generator and not from the seed.</summary>
    public static SweepId New() => new(RandomNumberGenerator.GetString(Alphabet, Length));

    /// <summary>An id as <see cref="New"/> draws them, or null: ids from outside end up in names of folders.</summary>
    public static SweepId? TryParse(string text) => text.Length == Length && text.All(Alphabet.Contains) ? new SweepId(text) : null;

    public override string ToString() => Value;
}
