using System.Globalization;
using System.Text;
using CsvHelper;
using SweepCluster.Contracts.Files;

namespace SweepCluster.Contracts.Tables;

/// <summary>
/// Reads CSV (RFC 4180; comma, semicolon or tab, whichever the header has most of): a header, then rows of as many fields. What is
/// wrong is said with its line and column, and nothing is guessed.
/// </summary>
internal sealed class TableReader : IDisposable
{
    public const int MaxRows = 1_000_000;
    public const int MaxColumns = 4096;
    public const int MaxClasses = 1000;

    private static readonly string[] Missing = ["", "NA", "N/A", "NaN", "nan", "null", "NULL", "?"];

    private readonly ReadOnlyMemory<byte> _content;
    private readonly ProblemList _problems;
    private readonly string _file;
    private readonly CsvReader _rows;
    private readonly char _separator;
    private bool _isBroken;
    private string[] _header = [];

    public TableReader(ReadOnlyMemory<byte> content, ProblemList problems)
    {
        _content = TextBytes.WithoutMark(content);
        (_problems, _file) = (problems, problems.File);
        _separator = SeparatorOf(_content.Span);
        _rows = CsvReader.Create(_content, new CsvReaderOptions
        {
            Separator = _separator,
            HasHeader = false,
            TrimWhitespace = true,
            TrackLineNumbers = true,
            MalformedData = CsvMalformedDataHandling.Throw,
        });
    }

    public void Dispose() => _rows.Dispose();

    /// <summary>The names of the columns; null when problems say why there are none.</summary>
    public string[]? Open()
    {
        if (TextBytes.Wrong(_content.Span, _file) is { } wrong)
            _problems.Add(wrong);
        else if (!Next())
            _problems.AddOnce(default, "the file is empty; a table begins with a line that names its columns");
        if (_problems.Any)
            return null;
        _header = [.. Enumerable.Range(0, _rows.FieldCount).Select(_rows.GetString)];
        Check(_header);
        return _problems.Any ? null : _header;
    }

    private void Check(string[] names)
    {
        if (names.Length > MaxColumns)
        {
            _problems.Add(Here(0), $"a table has at most {MaxColumns:N0} columns, found {names.Length:N0}");
            return;
        }
        if (Array.TrueForAll(names, name => Parse(name) is not null))
            _problems.Add(Here(0), $"the first line must name the columns, found the numbers {string.Join(", ", names.Take(4))}{(names.Length > 4 ? ", …" : "")}; write a header above them");
        var first = new Dictionary<string, int>();
        for (var i = 0; i < names.Length; i++)
        {
            if (names[i].Length == 0)
                _problems.Add(Here(i), $"column {i + 1} has no name; name it", withColumn: true);
            else if (!first.TryAdd(names[i], i))
                _problems.Add(Here(i), $"columns {first[names[i]] + 1} and {i + 1} are both named {ScalarNode.Quote(names[i])}; rename one", withColumn: true);
        }
    }

    /// <summary>All rows below the header; null when problems say why there are none.</summary>
    public Table? Read(TablePick pick)
    {
        var (x, y, parts) = (new List<double>(), new List<double>(), new List<string>());
        var labels = new Labels(pick.Classes);
        var rows = 0;
        while (Next())
        {
            if (_rows.FieldCount != _header.Length)
            {
                _problems.Add(Here(0), $"the row has {Fields(_rows.FieldCount)}, the header names {_header.Length} columns");
                continue;
            }
            if (++rows > MaxRows)
            {
                _problems.Add(Here(0), $"a table has at most {MaxRows:N0} rows, found more");
                return null;
            }
            foreach (var column in pick.Inputs)
                x.Add(Number(column, pick.MayMiss));
            if (pick.IsClassification)
                y.Add(Label(pick.Targets[0], labels));
            else
                foreach (var column in pick.Targets)
                    y.Add(Number(column, mayMiss: false, isTarget: true));
            if (pick.Part is { } part)
                parts.Add(Part(part));
        }
        if (rows == 0)
            _problems.AddOnce(default, "the table has a header and no rows");
        if (_problems.Any)
            return null;
        var inputs = x.ToArray();
        var targets = pick.IsClassification ? labels.Sorted(y) : [.. y];
        CheckColumns(pick, rows, inputs, targets, labels);
        return _problems.Any ? null
            : new Table(Names(pick.Inputs), Names(pick.Targets), pick.IsClassification ? labels.Order : [], rows, inputs, targets, pick.Part is null ? null : [.. parts]);
    }

    private void CheckColumns(TablePick pick, int rows, double[] x, double[] y, Labels labels)
    {
        for (var c = 0; c < pick.Inputs.Length; c++)
            if (Enumerable.Range(0, rows).All(row => double.IsNaN(x[(row * pick.Inputs.Length) + c])))
                _problems.Add(default, $"{_header[pick.Inputs[c]]}: no row has a value, so none can be imputed; leave the column out of data.inputs");
        if (pick.IsClassification)
        {
            if (labels.Order.Count < 2)
                _problems.Add(default, $"{_header[pick.Targets[0]]}: classification needs at least 2 classes, found only {ScalarNode.Quote(labels.Order[0])}");
            return;
        }
        for (var c = 0; c < pick.Targets.Length; c++)
            if (rows > 1 && Enumerable.Range(1, rows - 1).All(row => y[(row * pick.Targets.Length) + c].Equals(y[c])))
                _problems.Add(default, $"{_header[pick.Targets[c]]}: every row's target is {NumberText.Of(y[c])}; there is nothing to learn");
    }

    private double Number(int column, bool mayMiss, bool isTarget = false)
    {
        var text = _rows.GetString(column);
        if (Parse(text) is { } number)
            return number;
        var name = _header[column];
        if (!Missing.Contains(text))
            _problems.Add(Here(column), $"{name}: must be a number{Unlike(text)}, found {ScalarNode.Quote(text)}{Advice(text)}", withColumn: true);
        else if (!mayMiss)
            _problems.Add(Here(column), $"{name}: the value is missing; {(isTarget ? "give it or remove the row (a target is never imputed)" : "give it, or set data.missing to mean or median")}", withColumn: true);
        return double.NaN;
    }

    private double Label(int column, Labels labels)
    {
        var text = _rows.GetString(column);
        if (Missing.Contains(text))
            _problems.Add(Here(column), $"{_header[column]}: the class is missing; give it or remove the row", withColumn: true);
        else if (labels.PlaceOf(text) is { } place)
            return place;
        else if (labels.IsFull)
            _problems.AddOnce(Here(column), $"{_header[column]}: at most {MaxClasses:N0} classes, found more; for numbers set data.task to regression");
        else if (labels.IsFirst(text))
            _problems.Add(Here(column), $"{_header[column]}: must be one of data.classes ({labels.Said}), found {ScalarNode.Quote(text)}", withColumn: true);
        return 0;
    }

    private string Part(int column)
    {
        var text = _rows.GetString(column);
        if (text is not ("train" or "validation" or "test"))
            _problems.Add(Here(column), $"{_header[column]}: must be train, validation or test, found {ScalarNode.Quote(text)}", withColumn: true);
        return text;
    }

    private static double? Parse(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && Math.Abs(number) <= float.MaxValue ? number : null;

    private static string Unlike(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _) ? " of at most 3.4e38 (32 bits)" : "";

    private string Advice(string text) =>
        _separator != ',' && text.Count(c => c == ',') == 1 && Parse(text.Replace(',', '.')) is { } number ? $"; write {NumberText.Of(number)}, with a decimal point" : "";

    private IReadOnlyList<string> Names(int[] columns) => [.. columns.Select(column => _header[column])];

    private bool Next()
    {
        if (_isBroken)
            return false;
        try
        {
            return _rows.Read();
        }
        catch (CsvFormatException e)
        {
            // What follows a quote that does not close is one long field: nothing after it can be said.
            _isBroken = true;
            _problems.Add(new Mark((int)Math.Max(1, e.LineNumber), 0), "the quotes of this row are wrong: a field in quotes must end with one, and a quote inside is written twice");
            return false;
        }
    }

    private static string Fields(int count) => count == 1 ? "1 field" : $"{count:N0} fields";

    /// <summary>Where a field of the current record stands; found by walking the record, which only errors do.</summary>
    private Mark Here(int field)
    {
        var record = _rows.RawRecord;
        var (at, lineStart, lines, quoted) = (0, 0, 0, false);
        for (; field > 0 && at < record.Length; at++)
        {
            if (record[at] == '"') quoted = !quoted;
            else if (record[at] == '\n') (lineStart, lines) = (at + 1, lines + 1);
            else if (!quoted && record[at] == _separator) field--;
        }
        return new Mark((int)_rows.LineNumber + lines, Encoding.UTF8.GetCharCount(record[lineStart..at]) + 1);
    }

    /// <summary>The one of comma, semicolon and tab that the first line has most of outside quotes.</summary>
    private static char SeparatorOf(ReadOnlySpan<byte> content)
    {
        var end = content.IndexOf((byte)'\n');
        var line = end < 0 ? content : content[..end];
        var (commas, semicolons, tabs, quoted) = (0, 0, 0, false);
        foreach (var character in line)
        {
            if (character == '"') quoted = !quoted;
            if (quoted) continue;
            if (character == ',') commas++;
            if (character == ';') semicolons++;
            if (character == '\t') tabs++;
        }
        return semicolons > commas && semicolons >= tabs ? ';' : tabs > commas ? '\t' : ',';
    }
}
