using SweepCluster.Contracts.Files;

namespace SweepCluster.Contracts.Tables;

/// <summary>
/// Reads the table that a sweep file names, and gives the keys that follow from it their values: rows, columns, classes, shares and
/// hash. From then on the specification says all that a trial needs to know before it has the table itself.
/// </summary>
internal sealed class TableKeys(Dictionary<string, Value> values, Dictionary<string, Mark> marks, ProblemList problems)
{
    /// <param name="folder">Of the sweep file.</param>
    /// <returns>Null when problems say why there is none.</returns>
    public DataFile? Resolve(string folder)
    {
        if (Word("data.file") is not { } named)
            return Refuse("data.kind", "data.file: csv needs the path of a table, found none");
        var (content, unread) = DataFile.Read(Path.Combine(folder, named));
        if (content is null)
            return Refuse("data.file", $"data.file {ScalarNode.Quote(named)}: {unread}");
        var sha256 = DataFile.HashOf(content);
        if (Word("data.sha256") is { } expected && expected != sha256)
            return Refuse("data.sha256", $"data.sha256: must be that of {ScalarNode.Quote(named)}, {sha256}, found {expected}; the table has changed since");

        var wrong = new ProblemList(Shown(Path.Combine(folder, named)));
        using var reader = new TableReader(content, wrong);
        var table = reader.Open() is { } header && Pick(header) is { } pick ? reader.Read(pick) : null;
        foreach (var problem in wrong.ToList())
            problems.Add(problem);
        if (table is null)
            return null;
        if (values.GetValueOrDefault("data.points") is Value.Whole { Number: var points } && points != table.Rows)
            return Refuse("data.points", $"data.points: {ScalarNode.Quote(named)} has {table.Rows:N0} rows, found {points:N0}; leave it out");
        values["data.points"] = new Value.Whole(table.Rows);
        values["data.inputs"] = new Value.Words(table.Inputs);
        values["data.targets"] = new Value.Words(table.Targets);
        values["data.sha256"] = new Value.Word(sha256);
        if (table.Classes.Count > 0)
            values["data.classes"] = new Value.Words(table.Classes);
        if (table.Parts is { } parts)
            Shares(parts);
        return problems.Any ? null : new DataFile(sha256, content, table);
    }

    // As a person would type it from here.
    private static string Shown(string path) =>
        Path.GetRelativePath(".", path) is var near && near.StartsWith("..", StringComparison.Ordinal) ? path : near;

    private TablePick? Pick(string[] header)
    {
        var isClassification = Word("data.task") == "classification";
        var part = Word("data.split.column") is { } column and not "none" ? Place("data.split.column", column, header) : null;
        if (Names("data.targets") is not { } targets)
        {
            Refuse("data.file", $"data.targets: name the column to predict; the table has {Said(header)}");
            return null;
        }
        if (isClassification && targets.Count > 1)
            Refuse("data.targets", $"data.targets: classification has one column of labels, found {targets.Count}");
        if (!isClassification && values.ContainsKey("data.classes"))
            Refuse("data.classes", "data.classes: is for data.task classification");
        var y = targets.Select(name => Place("data.targets", name, header)).ToArray();
        var x = Names("data.inputs") is { } inputs
            ? [.. inputs.Select(name => Place("data.inputs", name, header))]
            : Enumerable.Range(0, header.Length).Where(i => !y.Contains(i) && i != part).Select(i => (int?)i).ToArray();
        if (x.Length == 0)
            Refuse("data.targets", "data.inputs: no column is left to predict from");
        if (x.FirstOrDefault(i => i is not null && (y.Contains(i) || i == part)) is { } both)
            Refuse("data.inputs", $"data.inputs: {ScalarNode.Quote(header[both])} is {(both == part ? "the column of the split" : "a target")}; a column is one of them");
        return problems.Any ? null : new TablePick(
            [.. x.Select(i => i!.Value)], [.. y.Select(i => i!.Value)], isClassification, Names("data.classes"), Word("data.missing") is "mean" or "median" || IsSwept("data.missing"), part);
    }

    // Each part's share is so exactly a count that rounding gives it back.
    private void Shares(string[] parts)
    {
        foreach (var part in (string[])["train", "validation", "test"])
        {
            var key = $"data.split.{part}";
            if (marks.ContainsKey(key))
                Refuse(key, $"{key}: the shares are those of data.split.column; leave it out");
            values[key] = new Value.Real(parts.Count(found => found == part) / (double)parts.Length);
        }
    }

    private int? Place(string key, string name, string[] header)
    {
        if (Array.IndexOf(header, name) is >= 0 and var place)
            return place;
        var near = name.Length > 2 && NearestWord.Of(name, header) is { } word ? $"; did you mean {ScalarNode.Quote(word)}?" : $"; the table has {Said(header)}";
        Refuse(key, $"{key}: the table has no column {ScalarNode.Quote(name)}{near}");
        return null;
    }

    private static string Said(string[] header) =>
        "the columns " + string.Join(", ", header.Take(8).Select(ScalarNode.Quote)) + (header.Length > 8 ? $", … ({header.Length:N0})" : "");

    // On an axis it may stand for an error in one configuration and not in the next; then it is the trial that fails.
    private bool IsSwept(string key) => marks.ContainsKey(key) && !values.ContainsKey(key);

    private string? Word(string key) => (values.GetValueOrDefault(key) as Value.Word)?.Text;

    private IReadOnlyList<string>? Names(string key) => (values.GetValueOrDefault(key) as Value.Words)?.Texts;

    private DataFile? Refuse(string key, string text)
    {
        problems.Add(marks.GetValueOrDefault(key, marks.GetValueOrDefault("data")), text);
        return null;
    }
}
