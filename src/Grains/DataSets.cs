using System.Collections.Concurrent;
using SweepCluster.Store;
using SweepCluster.Store.Leases;
using SweepCluster.Training;

namespace SweepCluster.Grains;

/// <summary>The data of a silo's trials: made once and stored once, however many trials of a sweep share it.</summary>
public sealed class DataSets(Ledger ledger)
{
    // A sweep over data seeds meets each of them for a while; more than this are made again when they come back.
    private const int MostKept = 32;

    private readonly ConcurrentDictionary<OscillationPlan, Lazy<DataSet>> _made = new();
    private readonly ConcurrentDictionary<string, bool> _stored = new();

    /// <exception cref="ArgumentException">No data can be made from such a plan.</exception>
    public DataSet Get(OscillationPlan plan)
    {
        if (_made.Count >= MostKept && !_made.ContainsKey(plan)) _made.Clear();
        return _made.GetOrAdd(plan, p => new Lazy<DataSet>(() => Oscillation.Create(p))).Value;
    }

    /// <summary>A fit refers to its data, so the data goes first.</summary>
    public async Task KeepAsync(DataSet data, CancellationToken cancel = default)
    {
        if (_stored.ContainsKey(data.Sha256)) return;
        await ledger.Results.KeepDataAsync(
            new DataRows(data.Sha256, data.Inputs, data.X.ToArray(), data.Y.ToArray(), [.. data.Parts.ToArray().Select(Name)], data.IrreducibleError), cancel);
        _stored[data.Sha256] = true;
    }

    private static string Name(Part part) => part switch { Part.Train => "train", Part.Validation => "validation", _ => "test" };
}
