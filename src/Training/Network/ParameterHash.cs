using System.Buffers.Binary;
using System.Security.Cryptography;

namespace SweepCluster.Training;

/// <summary>The name of a θ: equal hashes mean equal bits.</summary>
public static class ParameterHash
{
    /// <summary>SHA-256 of the numbers as little-endian float32, in lower-case hexadecimal.</summary>
    public static string Sha256(ReadOnlySpan<float> parameters)
    {
        var bytes = new byte[parameters.Length * sizeof(float)];
        for (var i = 0; i < parameters.Length; i++) BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), parameters[i]);
        return Convert.ToHexStringLower(SHA256.HashData(bytes));
    }
}
