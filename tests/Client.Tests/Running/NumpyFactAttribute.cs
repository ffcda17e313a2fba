using System.ComponentModel;
using System.Diagnostics;

namespace SweepCluster.Client.Tests.Running;

/// <summary>A test that has Debian's NumPy read what we wrote; skipped, with the reason, where there is none.</summary>
public sealed class NumpyFactAttribute : FactAttribute
{
    private static readonly Lazy<bool> IsThere = new(Look);

    public NumpyFactAttribute()
    {
        if (!IsThere.Value) Skip = "Debian's python3 cannot import numpy here: apt-get install python3-numpy";
    }

    private static bool Look()
    {
        try
        {
            using var python = Process.Start(new ProcessStartInfo("/usr/bin/python3", ["-c", "import numpy"]) { UseShellExecute = false, RedirectStandardError = true })!;
            python.WaitForExit();
            return python.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false; // no python3
        }
    }
}
