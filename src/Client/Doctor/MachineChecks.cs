using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using SweepCluster.Orleans;
using SweepCluster.TorchSharp;

namespace SweepCluster.Client.Doctor;

/// <summary>What this machine brings: program, runtime, processor.</summary>
internal static class MachineChecks
{
    public static IEnumerable<Finding> All()
    {
        yield return Finding.Well("program", $"sweep {typeof(MachineChecks).Assembly.GetName().Version?.ToString(3)}, {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier}");
        yield return Sdk();
        yield return Processor();
        yield return Trainer();
        yield return TorchSharp();
        yield return Engine();
    }

    private static Finding Sdk()
    {
        try
        {
            using var dotnet = Process.Start(new ProcessStartInfo("dotnet", "--version") { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
            var version = dotnet.StandardOutput.ReadToEnd().Trim();
            dotnet.WaitForExit();
            return dotnet.ExitCode == 0
                ? Finding.Well("SDK", $".NET SDK {version}")
                : new Finding("SDK", Health.Weak, "dotnet is there, but no SDK that fits", "install the .NET 10 SDK; without it ./sweep cannot build changed sources");
        }
        catch (Win32Exception)
        {
            return new Finding("SDK", Health.Weak, "no dotnet on the PATH", "install the .NET 10 SDK; without it ./sweep cannot build changed sources");
        }
    }

    private static Finding Processor()
    {
        var cores = Environment.ProcessorCount;
        return Finding.Well("processor", $"{Numbers.Count(cores, "core")}, {RuntimeInformation.ProcessArchitecture}: {cores} trials at a time");
    }

    private static Finding Trainer()
    {
        var width = Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : Vector128.IsHardwareAccelerated ? 128 : 0;
        string[] features = [.. new[] { (Avx512F.IsSupported, "AVX-512"), (Avx2.IsSupported, "AVX2"), (Fma.IsSupported, "FMA"), (System.Runtime.Intrinsics.Arm.AdvSimd.IsSupported, "NEON") }
            .Where(feature => feature.Item1).Select(feature => feature.Item2)];
        var found = $"simd, vectors of {width} bits{(features.Length > 0 ? $" ({string.Join(", ", features)})" : "")}";
        return width >= 128
            ? Finding.Well("trainer", found)
            : new Finding("trainer", Health.Weak, "simd, without vector instructions", "results are the same, bit for bit, but take several times as long; another processor would help");
    }

    private static Finding TorchSharp() => Finding.Well("torchsharp", TorchSharpTrainer.Instance is null
        ? $"not part of this build: {TorchSharpTrainer.About}"
        : $"{TorchSharpTrainer.About}, for sweeps with training.trainer: torchsharp");

    private static Finding Engine() => Finding.Well("engine", OrleansEngine.IsPresent
        ? $"orleans ({OrleansEngine.About}); --engine built-in leaves it out"
        : $"built-in, the same grains on the same store; Orleans is not part of this build: {OrleansEngine.About}");
}
