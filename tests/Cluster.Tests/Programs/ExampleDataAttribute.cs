using System.Diagnostics;
using System.Reflection;
using Xunit.Sdk;

namespace SweepCluster.Cluster.Tests.Programs;

/// <summary>A row of a theory that needs another program on the machine; left out, with the reason on standard error, where that is missing.</summary>
public abstract class ExampleDataAttribute(string needs, string[] probe, object[] row) : DataAttribute
{
    public override IEnumerable<object[]> GetData(MethodInfo testMethod)
    {
        if (Works()) return [row];
        Console.Error.WriteLine($"skipped: example '{row[0]}' needs {needs}");
        return [];
    }

    private bool Works()
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(probe[0], probe[1..]) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}

/// <summary>Needs Debian's python3 with NumPy.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NumpyExampleAttribute(string name, string program, int epochs)
    : ExampleDataAttribute("Debian's python3 with NumPy: apt-get install python3-numpy", ["/usr/bin/python3", "-c", "import numpy"], [name, program, epochs]);

/// <summary>Needs Node.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NodeExampleAttribute(string name, string program, int epochs)
    : ExampleDataAttribute("Node: apt-get install nodejs", ["node", "--version"], [name, program, epochs]);
