using System.Security.Cryptography;
using TorchSharp.Modules;

namespace SweepCluster.TorchSharp;

/// <summary>
/// A checkpoint of this trainer, little-endian: "SWCT", format version, fingerprint (SHA-256 of plan and data), epoch, θ as a
/// count and its numbers, the optimizer's state as TorchSharp writes it, then the SHA-256 of all before.
/// </summary>
internal static class TorchCheckpoint
{
    private const uint Magic = 0x5443_5753;
    private const int Version = 1;
    private const int HashLength = 32;

    public static byte[] Write(byte[] fingerprint, int epoch, TorchNetwork network, OptimizerHelper optimizer)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(Magic);
        writer.Write(Version);
        writer.Write(fingerprint);
        writer.Write(epoch);
        var theta = network.Export();
        writer.Write(theta.Length);
        foreach (var number in theta) writer.Write(number);
        optimizer.save_state_dict(writer);
        writer.Flush();
        var content = stream.ToArray();
        return [.. content, .. SHA256.HashData(content)];
    }

    /// <returns>The epoch.</returns>
    public static int Read(byte[] fingerprint, ReadOnlySpan<byte> bytes, TorchNetwork network, OptimizerHelper optimizer)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes[..Math.Max(0, bytes.Length - HashLength)].ToArray()));
        if (bytes.Length < HashLength + 48 || reader.ReadUInt32() != Magic)
            throw new InvalidDataException($"checkpoint: must start with SWCT, the torchsharp trainer's mark, found {bytes.Length} bytes of something else");
        if (reader.ReadInt32() is not Version and var version) throw new InvalidDataException($"checkpoint: format version must be {Version}, found {version}; train again");
        var found = reader.ReadBytes(fingerprint.Length);
        if (!found.AsSpan().SequenceEqual(fingerprint))
            throw new InvalidDataException($"checkpoint: is of another plan or data set: fingerprint must be {Convert.ToHexStringLower(fingerprint)}, found {Convert.ToHexStringLower(found)}");
        if (!bytes[^HashLength..].SequenceEqual(SHA256.HashData(bytes[..^HashLength])))
            throw new InvalidDataException("checkpoint: its bytes do not match its own SHA-256: damaged; train again");
        var epoch = reader.ReadInt32();
        var theta = new float[reader.ReadInt32()];
        for (var i = 0; i < theta.Length; i++) theta[i] = reader.ReadSingle();
        network.Import(theta);
        optimizer.load_state_dict(reader);
        return epoch;
    }
}
