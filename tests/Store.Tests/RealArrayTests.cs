using SweepCluster.Store.Leases;

namespace SweepCluster.Store.Tests;

public sealed class RealArrayTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(12_673)]
    [InlineData(200_000)]
    public async Task Reals_come_back_with_every_bit(int count)
    {
        var random = new Random(count);
        var sent = Enumerable.Range(0, count).Select(_ => BitConverter.UInt32BitsToSingle((uint)random.NextInt64(1L << 32))).ToArray();
        // The server makes every NaN quiet, as this machine does when it moves one.
        for (var i = 0; i < count; i++) if (float.IsNaN(sent[i])) sent[i] = float.NegativeInfinity;
        await using var ledger = await TestServer.NewLedgerAsync();
        await ledger.Launch.LaunchAsync(Sample.Sweep(1));
        var lease = await ledger.ClaimOneAsync(await ledger.JoinAsync());
        await ledger.Results.RecordAsync(lease, Progress.None with { Snapshots = [new Snapshot(0, sent)] });

        var found = await ledger.AskAsync<float[]>("select parameters from snapshots");
        Assert.Equal(sent.Select(BitConverter.SingleToUInt32Bits), found!.Select(BitConverter.SingleToUInt32Bits));
        Assert.Equal(count == 0 ? 0 : 1, await ledger.AskAsync<int>("select coalesce(array_ndims(parameters), 0) from snapshots"));
    }
}
