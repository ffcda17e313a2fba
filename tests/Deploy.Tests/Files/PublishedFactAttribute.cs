namespace SweepCluster.Deploy.Tests.Files;

/// <summary>A test of the published program; skipped, with the reason printed, where it cannot be published or put into a tree of its own.</summary>
public sealed class PublishedFactAttribute : FactAttribute
{
    private static readonly Lazy<string?> Reason = new(() =>
    {
        if (System.Runtime.InteropServices.RuntimeInformation.OSArchitecture != System.Runtime.InteropServices.Architecture.X64) return "the test publishes for x64";
        if (new RootFactAttribute(Needs.Mounts).Skip is { } mounts) return mounts;
        // In a chroot the root is no mount of its own.
        if (Shell.Try("unshare", "-m", "--propagation", "private", "mount", "-o", "remount,bind,ro", "/") is { Code: not 0, Text: var refused }) return $"the root cannot be mounted read-only here ({refused.Trim()})";
        var answer = Shell.Try("bash", Path.Combine(Checkout.Root, "deploy/publish.sh"), "--probe", "linux-x64").Text;
        return answer == "yes" ? null : $"a self-contained program cannot be published here ({answer})";
    });

    public PublishedFactAttribute()
    {
        Skip = Reason.Value;
        if (Skip is not null) Console.WriteLine($"skipped: {Skip}");
    }
}
