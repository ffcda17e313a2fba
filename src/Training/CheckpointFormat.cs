using System.Buffers.Binary;
using System.Security.Cryptography;
using SweepCluster.Training.Network;

namespace SweepCluster.Training;

/// <summary>
/// A checkpoint, little-endian: "SWCP", format version, fingerprint (SHA-256 of plan and data), epoch, number of parameters,
/// then θ and what the optimizer carries from step to step (mean gradient or momentum, mean squared gradient) in logical order,
/// then the SHA-256 of all before. Steps, and with them learning rates, follow from the epoch.
/// </summary>
internal static unsafe class CheckpointFormat
{
    private const uint Magic = 0x5043_5753;
    private const int Version = 2; // 1 knew Adam only
    private const int FingerprintOffset = 8;
    private const int HashLength = 32;
    private const int HeaderLength = FingerprintOffset + HashLength + 8;

    public static byte[] Write(TrainingPlan plan, DataSet data, int epoch, ParameterMemory parameters)
    {
        var count = parameters.LogicalCount;
        var bytes = new byte[Length(plan, count)];
        var span = bytes.AsSpan();
        BinaryPrimitives.WriteUInt32LittleEndian(span, Magic);
        BinaryPrimitives.WriteInt32LittleEndian(span[4..], Version);
        Fingerprint(plan, data).CopyTo(span[FingerprintOffset..]);
        BinaryPrimitives.WriteInt32LittleEndian(span[(HeaderLength - 8)..], epoch);
        BinaryPrimitives.WriteInt32LittleEndian(span[(HeaderLength - 4)..], count);
        var rest = WriteNumbers(parameters.Export(parameters.Theta), span[HeaderLength..]);
        if (plan.Optimizer.HasFirst) rest = WriteNumbers(parameters.Export(parameters.First), rest);
        if (plan.Optimizer.HasSecond) WriteNumbers(parameters.Export(parameters.Second), rest);
        SHA256.HashData(span[..^HashLength], span[^HashLength..]);
        return bytes;
    }

    /// <returns>The epoch.</returns>
    public static int Read(TrainingPlan plan, DataSet data, ReadOnlySpan<byte> bytes, ParameterMemory parameters)
    {
        if (bytes.Length < HeaderLength + HashLength || BinaryPrimitives.ReadUInt32LittleEndian(bytes) != Magic)
            throw new InvalidDataException($"checkpoint: must start with SWCP and hold at least {HeaderLength + HashLength} bytes, found {bytes.Length} bytes of something else");
        var version = BinaryPrimitives.ReadInt32LittleEndian(bytes[4..]);
        if (version != Version) throw new InvalidDataException($"checkpoint: format version must be {Version}, found {version}; train again");
        var expected = Fingerprint(plan, data);
        var found = bytes.Slice(FingerprintOffset, HashLength);
        if (!found.SequenceEqual(expected))
            throw new InvalidDataException($"checkpoint: is of another plan or data set: fingerprint must be {Convert.ToHexStringLower(expected)}, found {Convert.ToHexStringLower(found)}");
        var count = BinaryPrimitives.ReadInt32LittleEndian(bytes[(HeaderLength - 4)..]);
        if (count != parameters.LogicalCount || bytes.Length != Length(plan, count))
            throw new InvalidDataException($"checkpoint: must hold {parameters.LogicalCount} parameters in {Length(plan, parameters.LogicalCount)} bytes, found {count} in {bytes.Length}");
        if (!bytes[^HashLength..].SequenceEqual(SHA256.HashData(bytes[..^HashLength])))
            throw new InvalidDataException("checkpoint: its bytes do not match its own SHA-256: damaged; train again");
        var rest = bytes[HeaderLength..];
        parameters.Import(ReadNumbers(ref rest, count), parameters.Theta);
        if (plan.Optimizer.HasFirst) parameters.Import(ReadNumbers(ref rest, count), parameters.First);
        if (plan.Optimizer.HasSecond) parameters.Import(ReadNumbers(ref rest, count), parameters.Second);
        return BinaryPrimitives.ReadInt32LittleEndian(bytes[(HeaderLength - 8)..]);
    }

    private static int Length(TrainingPlan plan, int count)
    {
        var blocks = 1 + (plan.Optimizer.HasFirst ? 1 : 0) + (plan.Optimizer.HasSecond ? 1 : 0);
        return checked(HeaderLength + (blocks * sizeof(float) * count) + HashLength);
    }

    /// <summary>All that decides θ but the number of epochs, which only a cosine looks at: a trial may be resumed to go further.</summary>
    internal static byte[] Fingerprint(TrainingPlan plan, DataSet data)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        var network = plan.Network;
        writer.Write(network.Inputs);
        writer.Write(network.Stem ?? 0);
        writer.Write(network.Hidden.Count);
        foreach (var width in network.Hidden) writer.Write(width);
        writer.Write((int)network.Activation);
        writer.Write(network.Slope);
        writer.Write(network.Outputs);
        writer.Write((int)network.Output);
        writer.Write((int)plan.ResolvedPath);
        writer.Write(plan.Batch);
        writer.Write((int)plan.Loss.Kind);
        writer.Write(plan.Loss.Delta);
        plan.Optimizer.WriteTo(writer);
        plan.Schedule.WriteTo(writer, plan.Epochs);
        writer.Write(plan.ClipNorm ?? 0);
        writer.Write(plan.Regularization.L2);
        writer.Write(plan.Regularization.L1);
        writer.Write(plan.Regularization.Dropout);
        writer.Write((int)plan.Regularization.Evaluation);
        writer.Write(plan.Seed);
        writer.Write(data.Sha256);
        plan.Regularization.WriteTo(writer);
        plan.Augmentation.WriteTo(writer);
        if (plan.Fraction < 1)
        {
            writer.Write("fraction");
            writer.Write(plan.Fraction);
        }

        writer.Flush();
        return SHA256.HashData(stream.ToArray());
    }

    /// <returns>What follows the numbers.</returns>
    private static Span<byte> WriteNumbers(float[] numbers, Span<byte> target)
    {
        for (var i = 0; i < numbers.Length; i++) BinaryPrimitives.WriteSingleLittleEndian(target[(i * sizeof(float))..], numbers[i]);
        return target[(numbers.Length * sizeof(float))..];
    }

    private static float[] ReadNumbers(ref ReadOnlySpan<byte> source, int count)
    {
        var numbers = new float[count];
        for (var i = 0; i < count; i++) numbers[i] = BinaryPrimitives.ReadSingleLittleEndian(source[(i * sizeof(float))..]);
        source = source[(count * sizeof(float))..];
        return numbers;
    }
}
