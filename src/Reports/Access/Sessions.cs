using System.Buffers.Binary;
using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace SweepCluster.Reports.Access;

/// <summary>
/// What a signed-in browser carries in the place of its token: which token it was, until when and a number of its own, sealed with a
/// key that this process drew and nobody else has. Signing out ends the number, and with it every copy; a restart ends all.
/// </summary>
internal sealed class Sessions(TimeProvider time)
{
    public static readonly TimeSpan Life = TimeSpan.FromHours(12);

    private const int Number = 16;
    private const int Text = sizeof(int) + sizeof(long) + Number;

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);

    // Until when each would have lasted; then the seal says no by itself. Only who is signed in adds one.
    private readonly ConcurrentDictionary<Guid, long> _ended = new();

    public string Issue(int token)
    {
        Span<byte> bytes = stackalloc byte[Text + HMACSHA256.HashSizeInBytes];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, token);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[sizeof(int)..], (time.GetUtcNow() + Life).ToUnixTimeSeconds());
        RandomNumberGenerator.Fill(bytes[(Text - Number)..Text]);
        HMACSHA256.HashData(_key, bytes[..Text], bytes[Text..]);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>Place of the token; −1 for what this process did not issue, issued too long ago, or has ended.</summary>
    public int Read(string cookie) => Open(cookie) is { } session && !_ended.ContainsKey(session.Number) ? session.Token : -1;

    /// <summary>Nobody is let in by this cookie or a copy of it any more.</summary>
    public void End(string cookie)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        foreach (var (number, until) in _ended)
        {
            if (until <= now) _ended.TryRemove(number, out _);
        }
        if (Open(cookie) is { } session) _ended[session.Number] = session.Until;
    }

    private (int Token, long Until, Guid Number)? Open(string cookie)
    {
        Span<byte> bytes = stackalloc byte[Text + HMACSHA256.HashSizeInBytes];
        if (!Base64Url.IsValid(cookie, out var length) || length != bytes.Length)
            return null;
        Base64Url.DecodeFromChars(cookie, bytes);
        var isOurs = CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(_key, bytes[..Text]), bytes[Text..]);
        var until = BinaryPrimitives.ReadInt64LittleEndian(bytes[sizeof(int)..]);
        return isOurs && until > time.GetUtcNow().ToUnixTimeSeconds() ? (BinaryPrimitives.ReadInt32LittleEndian(bytes), until, new Guid(bytes[(Text - Number)..Text])) : null;
    }
}
