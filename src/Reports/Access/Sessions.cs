using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;

namespace SweepCluster.Reports.Access;

/// <summary>
/// What a signed-in browser carries in the place of its token: which token it was and until when, sealed with a key that this
/// process drew and nobody else has. A restart signs everybody out.
/// </summary>
internal sealed class Sessions(TimeProvider time)
{
    public static readonly TimeSpan Life = TimeSpan.FromHours(12);

    private const int Text = sizeof(int) + sizeof(long);

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);

    public string Issue(int token)
    {
        Span<byte> bytes = stackalloc byte[Text + HMACSHA256.HashSizeInBytes];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, token);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[sizeof(int)..], (time.GetUtcNow() + Life).ToUnixTimeSeconds());
        HMACSHA256.HashData(_key, bytes[..Text], bytes[Text..]);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>Place of the token; −1 for what this process did not issue, or issued too long ago.</summary>
    public int Read(string cookie)
    {
        Span<byte> bytes = stackalloc byte[Text + HMACSHA256.HashSizeInBytes];
        if (!Base64Url.IsValid(cookie, out var length) || length != bytes.Length)
            return -1;
        Base64Url.DecodeFromChars(cookie, bytes);
        var isOurs = CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(_key, bytes[..Text]), bytes[Text..]);
        var until = BinaryPrimitives.ReadInt64LittleEndian(bytes[sizeof(int)..]);
        return isOurs && until > time.GetUtcNow().ToUnixTimeSeconds() ? BinaryPrimitives.ReadInt32LittleEndian(bytes) : -1;
    }
}
