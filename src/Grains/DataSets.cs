using System.Collections.Concurrent;
using SweepCluster.Contracts;
using SweepCluster.Store;
using SweepCluster.Store.Leases;
using SweepCluster.Training;

namespace SweepCluster.Grains;

/// <summary>The data of a silo's trials: made once and stored once, however many trials of a sweep share it.</summary>
public sealed class DataSets(Ledger ledger)
{
    // A sweep over data seeds meets each of them for a while; more than this are made again when they come back.
    private const int MostKept = 32;

    private readonly ConcurrentDictionary<DataPlan, Lazy<DataSet>> _made = new();
    private readonly ConcurrentDictionary<string, TableRows> _tables = new();
    private readonly ConcurrentDictionary<string, bool> _stored = new();

    /// <summary>Brings the plan's table from the store, where it has one and it is not here already.</summary>
    /// <returns>Why its data cannot be had; null if they can.</returns>
    public async Task<string?> LoadAsync(TrialPlan plan, CancellationToken cancel = default)
    {
        if (plan.Table is not { } table || _tables.ContainsKey(Tables.NameOf(table))) return null;
        if (await ledger.Files.ReadAsync(table.Sha256, cancel) is not { } content)
            return $"data.file '{table.File}': the store does not have it (SHA-256 {table.Sha256}); launch the sweep file again";
        if (DataFile.HashOf(content) is var found && found != table.Sha256)
            return $"data.file '{table.File}': the store's copy is damaged (SHA-256 {found} instead of {table.Sha256}); launch the sweep file again";
        try
        {
            if (_tables.Count >= MostKept) _tables.Clear();
            _tables[Tables.NameOf(table)] = Tables.RowsOf(Table.Read(content, table));
            return null;
        }
        catch (FormatException e)
        {
            return $"data.file '{table.File}': {e.Message}";
        }
    }

    /// <param name="plan">One of a table only after <see cref="LoadAsync"/>.</param>
    /// <exception cref="ArgumentException">No data can be made from such a plan.</exception>
    public DataSet Get(DataPlan plan)
    {
        if (_made.Count >= MostKept && !_made.ContainsKey(plan)) _made.Clear();
        return _made.GetOrAdd(plan, p => new Lazy<DataSet>(() => DataSet.Create(p, p is TablePlan table ? _tables.GetValueOrDefault(table.Source) : null))).Value;
    }

    /// <summary>A fit refers to its data, so the data goes first.</summary>
    public async Task KeepAsync(DataSet data, bool areClasses, CancellationToken cancel = default)
    {
        if (_stored.ContainsKey(data.Sha256)) return;
        await ledger.Results.KeepDataAsync(
            new DataRows(data.Sha256, data.Inputs, data.X.ToArray(), data.Y.ToArray(), [.. data.Parts.ToArray().Select(Name)], data.IrreducibleError)
            {
                Targets = data.Outputs,
                AreClasses = areClasses,
            }, cancel);
        _stored[data.Sha256] = true;
    }

    private static string Name(Part part) => part switch { Part.Train => "train", Part.Validation => "validation", _ => "test" };
}
