namespace SweepCluster.Cluster.Tests.Machines;

/// <summary>What a test needs of the machine beyond a user's rights.</summary>
[Flags]
public enum Needs
{
    /// <summary>Network namespaces joined by a veth pair.</summary>
    Networks = 1,

    /// <summary>To mount a small file system.</summary>
    Mounts = 2,

    /// <summary>The library libfaketime (Debian: libfaketime).</summary>
    FakeTime = 4,

    /// <summary>A name space of mounts of its own.</summary>
    OwnMounts = 8,
}

/// <summary>A test that is skipped, with the reason printed, on a machine without what it needs.</summary>
public sealed class RootFactAttribute : FactAttribute
{
    private static readonly Lazy<string?> Networks = new(() => Probe("ip netns add sweep-probe && { ip netns exec sweep-probe true; code=$?; ip netns del sweep-probe; exit $code; }", "network namespaces cannot be made and entered here (root, iproute2 and a root file system that is a mount are needed)"));
    private static readonly Lazy<string?> Mounts = new(() => Probe("d=$(mktemp -d) && mount -t tmpfs -o size=1m none $d && umount $d && rmdir $d", "a tmpfs cannot be mounted here (root is needed)"));
    private static readonly Lazy<string?> OwnMounts = new(() => Probe("unshare -m --propagation private mount -t tmpfs none /tmp", "a process cannot have mounts of its own here (root and a root file system that is a mount are needed)"));
    private static readonly Lazy<string?> FakeTime = new(() => FakeTimeLibrary is null ? "libfaketime is not on this machine (Debian: apt-get install libfaketime)" : null);

    public RootFactAttribute(Needs needs)
    {
        Needs = needs;
        Skip = (needs.HasFlag(Needs.Networks) ? Networks.Value : null) ?? (needs.HasFlag(Needs.Mounts) ? Mounts.Value : null) ?? (needs.HasFlag(Needs.OwnMounts) ? OwnMounts.Value : null) ?? (needs.HasFlag(Needs.FakeTime) ? FakeTime.Value : null);
        if (Skip is not null) Console.WriteLine($"skipped: {Skip}");
    }

    public Needs Needs { get; }

    public static string? FakeTimeLibrary { get; } =
        Directory.Exists("/usr/lib") ? Directory.EnumerateDirectories("/usr/lib", "*-linux-gnu").Select(d => $"{d}/faketime/libfaketimeMT.so.1").FirstOrDefault(File.Exists) : null;

    private static string? Probe(string command, string reason) =>
        Environment.IsPrivilegedProcess && Shell.Try("sh", "-c", command).Code == 0 ? null : reason;
}
