using System.Buffers.Binary;
using SweepCluster.Store.Leases;

namespace SweepCluster.Grains.Stopping;

/// <summary>
/// A checkpoint of a trial that remembers its best epoch, little-endian: "SWBE", the best epoch and its losses, the length of its
/// checkpoint (0 where it need not be restored) and that checkpoint, then the session's own; "SWBM" where the epoch was the best by
/// a metric, which then follows its losses. Trials that remember nothing keep the session's alone.
/// </summary>
internal static class BestCheckpoint
{
    private const uint Magic = 0x4542_5753;
    private const uint MagicOfMetric = 0x4D42_5753;
    private const int HeaderLength = 28;

    /// <param name="content">The session's checkpoint when the best epoch ended; null where it is not to be restored.</param>
    public static byte[] Write(EpochLosses best, byte[]? content, byte[] session)
    {
        var length = content?.Length ?? 0;
        var header = HeaderLength + (best.Metric is null ? 0 : sizeof(double));
        var bytes = new byte[header + length + session.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, best.Metric is null ? Magic : MagicOfMetric);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), best.Epoch);
        BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(8), best.Training);
        BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(16), best.Validation);
        if (best.Metric is { } metric) BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(24), metric);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(header - sizeof(int)), length);
        content?.CopyTo(bytes, header);
        session.CopyTo(bytes, header + length);
        return bytes;
    }

    /// <exception cref="InvalidDataException">It is no such checkpoint.</exception>
    public static (EpochLosses Best, byte[]? Content, byte[] Session) Read(byte[] bytes)
    {
        var hasMetric = Begins(bytes, MagicOfMetric, HeaderLength + sizeof(double));
        var header = HeaderLength + (hasMetric ? sizeof(double) : 0);
        var length = hasMetric || Begins(bytes, Magic, HeaderLength) ? BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(header - sizeof(int))) : -1;
        if (length < 0 || length > bytes.Length - header)
            throw new InvalidDataException($"checkpoint: must hold the best epoch of the trial, found {bytes.Length} bytes without it; train again");
        var best = new EpochLosses(
            BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(4)), BinaryPrimitives.ReadDoubleLittleEndian(bytes.AsSpan(8)), BinaryPrimitives.ReadDoubleLittleEndian(bytes.AsSpan(16)))
        {
            Metric = hasMetric ? BinaryPrimitives.ReadDoubleLittleEndian(bytes.AsSpan(24)) : null,
        };
        return (best, length == 0 ? null : bytes[header..(header + length)], bytes[(header + length)..]);
    }

    /// <summary>Whether it is one; before a program has reported what is compared, there is no best epoch to remember.</summary>
    public static bool Is(byte[] bytes) => Begins(bytes, Magic, HeaderLength) || Begins(bytes, MagicOfMetric, HeaderLength + sizeof(double));

    private static bool Begins(byte[] bytes, uint magic, int header) => bytes.Length >= header && BinaryPrimitives.ReadUInt32LittleEndian(bytes) == magic;
}
