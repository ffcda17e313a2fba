namespace SweepCluster.Cluster.Tests.Machines;

/// <summary>
/// Two hosts on one machine: network namespaces of the test's own, joined by a cable and by nothing else. The store's host can
/// pull the cable: packets then vanish without a word, as when a switch fails.
/// </summary>
internal sealed class TwoHosts : IDisposable
{
    public const string StoreAddress = "10.77.0.1";

    private static int _count;
    private readonly string _store;
    private readonly string _silo;

    public TwoHosts()
    {
        var name = $"swp{Environment.ProcessId}x{Interlocked.Increment(ref _count)}";
        (_store, _silo) = (name + "a", name + "b");
        Shell.Run("ip", "netns", "add", _store);
        Shell.Run("ip", "netns", "add", _silo);
        Shell.Run("ip", "link", "add", "cable", "netns", _store, "type", "veth", "peer", "name", "cable", "netns", _silo);
        Shell.Run("ip", "-n", _store, "address", "add", $"{StoreAddress}/30", "dev", "cable");
        Shell.Run("ip", "-n", _silo, "address", "add", "10.77.0.2/30", "dev", "cable");
        foreach (var host in (string[])[_store, _silo])
        {
            Shell.Run("ip", "-n", host, "link", "set", "lo", "up");
            Shell.Run("ip", "-n", host, "link", "set", "cable", "up");
        }
    }

    public string[] AtStore => ["ip", "netns", "exec", _store];

    public string[] AtSilo => ["ip", "netns", "exec", _silo];

    public void Pull() => Shell.Run("ip", "-n", _store, "link", "set", "cable", "down");

    public void Plug() => Shell.Run("ip", "-n", _store, "link", "set", "cable", "up");

    public void Dispose()
    {
        Shell.Try("ip", "netns", "del", _silo);
        Shell.Try("ip", "netns", "del", _store);
    }
}
