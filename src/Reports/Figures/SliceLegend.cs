namespace SweepCluster.Reports.Figures;

/// <summary>The legend of a slice: its values in order, light to dark.</summary>
internal static class SliceLegend
{
    // A column of more entries is longer than a panel is high.
    private const int MostEntries = 14;

    /// <param name="last">What stands after the values: the data, the initial distribution.</param>
    public static Legend Lines(Slice slice, IReadOnlyList<Member> members, LegendEntry? last = null, Func<Member, string?>? note = null)
    {
        var entries = members.Select(member => new LegendEntry(Swatch.Line, member.Ink, member.Value.Label, note?.Invoke(member))).ToList();
        if (entries.Count > MostEntries)
        {
            var shown = Enumerable.Range(0, MostEntries).Select(i => entries[i * (entries.Count - 1) / (MostEntries - 1)]).ToList();
            entries = [.. shown, new LegendEntry(Swatch.None, InkRole.Plain, $"and {entries.Count - MostEntries} between")];
        }

        if (last is not null)
            entries.Add(last);
        return new Legend(slice.Axis.Symbol, entries);
    }
}
