using System.Buffers.Binary;
using SweepCluster.Store.Leases;

namespace SweepCluster.Grains.Stopping;

/// <summary>
/// A checkpoint of a trial that remembers its best epoch, little-endian: "SWBE", the best epoch and its losses, the length of its
/// checkpoint (0 where it need not be restored) and that checkpoint, then the session's own. Trials that remember nothing keep
/// the session's alone.
/// </summary>
internal static class BestCheckpoint
{
    private const uint Magic = 0x4542_5753;
    private const int HeaderLength = 28;

    /// <param name="content">The session's checkpoint when the best epoch ended; null where it is not to be restored.</param>
    public static byte[] Write(EpochLosses best, byte[]? content, byte[] session)
    {
        var length = content?.Length ?? 0;
        var bytes = new byte[HeaderLength + length + session.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, Magic);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), best.Epoch);
        BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(8), best.Training);
        BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(16), best.Validation);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(24), length);
        content?.CopyTo(bytes, HeaderLength);
        session.CopyTo(bytes, HeaderLength + length);
        return bytes;
    }

    /// <exception cref="InvalidDataException">It is no such checkpoint.</exception>
    public static (EpochLosses Best, byte[]? Content, byte[] Session) Read(byte[] bytes)
    {
        var length = bytes.Length >= HeaderLength && BinaryPrimitives.ReadUInt32LittleEndian(bytes) == Magic ? BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(24)) : -1;
        if (length < 0 || length > bytes.Length - HeaderLength)
            throw new InvalidDataException($"checkpoint: must hold the best epoch of the trial, found {bytes.Length} bytes without it; train again");
        var best = new EpochLosses(
            BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(4)), BinaryPrimitives.ReadDoubleLittleEndian(bytes.AsSpan(8)), BinaryPrimitives.ReadDoubleLittleEndian(bytes.AsSpan(16)));
        return (best, length == 0 ? null : bytes[HeaderLength..(HeaderLength + length)], bytes[(HeaderLength + length)..]);
    }
}
