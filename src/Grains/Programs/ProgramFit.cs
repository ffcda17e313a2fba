using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using SweepCluster.Programs.Arrays;
using SweepCluster.Store.Leases;

namespace SweepCluster.Grains.Programs;

/// <summary>A program's fit in the store's terms: its data, named by their content so that trials share them, and its prediction.</summary>
public sealed record ProgramFit(DataRows Data, Fit Fit)
{
    public static ProgramFit Of(FitFile file)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.ASCII.GetBytes($"program {file.Inputs} {file.Target.Length}\n"));
        hash.AppendData(MemoryMarshal.AsBytes<float>(file.X));
        hash.AppendData(MemoryMarshal.AsBytes<float>(file.Target));
        foreach (var part in file.Parts) hash.AppendData(Encoding.ASCII.GetBytes(part + "\n")); // whole: train and test begin alike
        var sha256 = Convert.ToHexStringLower(hash.GetHashAndReset());
        return new ProgramFit(new DataRows(sha256, file.Inputs, file.X, file.Target, file.Parts, null), new Fit(sha256, file.Prediction, file.Spread));
    }
}
