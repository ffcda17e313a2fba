using System.Security.Cryptography;
using System.Text;

namespace SweepCluster.Reports.Access;

/// <summary>What the bearer of a token may do; each role may what the one before it may.</summary>
public enum AccessRole
{
    /// <summary>See everything.</summary>
    Read,

    /// <summary>Launch and cancel sweeps too.</summary>
    Launch,
}

/// <summary>A secret that opens the service. Only its hash is kept.</summary>
public sealed class AccessToken
{
    /// <summary>Shorter ones can be guessed by somebody who may try for long; outside this machine they are refused.</summary>
    public const int Strong = 16;

    private readonly byte[] _hash;

    private AccessToken(AccessRole role, string secret)
    {
        (Role, IsStrong) = (role, secret.Length >= Strong);
        _hash = Hash(secret);
    }

    public AccessRole Role { get; }

    public bool IsStrong { get; }

    /// <summary>Reads <c>read:SECRET</c>, <c>launch:SECRET</c> or <c>SECRET</c>, which may launch.</summary>
    /// <exception cref="FormatException">Not such a text; the message does not repeat it.</exception>
    public static AccessToken Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var (role, secret) = text switch
        {
            _ when text.StartsWith("read:", StringComparison.Ordinal) => (AccessRole.Read, text[5..]),
            _ when text.StartsWith("launch:", StringComparison.Ordinal) => (AccessRole.Launch, text[7..]),
            _ => (AccessRole.Launch, text),
        };
        if (secret.Length == 0 || secret.Any(c => c is <= ' ' or > '~'))
            throw new FormatException("a token is read:SECRET, launch:SECRET or SECRET; the secret is printable ASCII without spaces");
        return new AccessToken(role, secret);
    }

    /// <summary>Tokens in the text of a file or a variable: separated by white space, with # a comment to the end of the line.</summary>
    public static IReadOnlyList<AccessToken> ParseAll(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return [.. text.Split('\n').Select(line => line.Split('#')[0]).SelectMany(line => line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).Select(Parse)];
    }

    internal static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    internal bool Matches(ReadOnlySpan<byte> hash) => CryptographicOperations.FixedTimeEquals(_hash, hash);
}
