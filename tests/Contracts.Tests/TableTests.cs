using FsCheck;
using FsCheck.Fluent;

namespace SweepCluster.Contracts.Tests;

public sealed class TableTests : IDisposable
{
    private static readonly Config Same = Config.QuickThrowOnFailure.WithReplay(8_2026, 21);

    private readonly string _folder = Directory.CreateTempSubdirectory("sweep").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_table_says_its_rows_columns_and_hash()
    {
        var specification = Specification("a,b,y\n1,2,3\n4,5,6\n7,8,10\n", "targets: y");

        Assert.Equal("3", specification.Value("data.points").ToString());
        Assert.Equal("[a, b]", specification.Value("data.inputs").ToString());
        Assert.Equal(DataFile.HashOf("a,b,y\n1,2,3\n4,5,6\n7,8,10\n"u8), specification.Value("data.sha256").ToString());
        Assert.Equal([1, 2, 4, 5, 7, 8], specification.DataFile!.Table.X);
        Assert.Equal([3, 6, 10], specification.DataFile.Table.Y);
        var trial = specification.Resolve(specification.ConfigurationAt(0), 0);
        Assert.Equal((2, 1, 2), (trial.Inputs, trial.Outputs, trial.TrainingRows));
    }

    [Theory]
    [InlineData("\uFEFFa;b;y\r\n1;2;3\r\n4;5;6\r\n7;8;9\r\n")]
    [InlineData("a\tb\ty\n1\t2\t3\n\n4\t5\t6\n7\t8\t9")]
    [InlineData("\"a\",\"b\",\"y\"\n\"1\", 2 ,3\n4,5,6\n7,8,9\n")]
    public void Other_spellings_of_a_table_give_the_same_numbers(string text)
    {
        var table = Specification(text, "targets: [y]").DataFile!.Table;
        Assert.Equal([1, 2, 4, 5, 7, 8], table.X);
        Assert.Equal([3, 6, 9], table.Y);
    }

    [Fact]
    public void Columns_are_taken_by_name_in_the_order_asked_for()
    {
        var table = Specification("a,b,c,y,z\n1,2,9,3,4\n5,6,9,7,8\n0,0,9,1,2\n", "inputs: [b, a], targets: [z, y]").DataFile!.Table;
        Assert.Equal([2, 1, 6, 5, 0, 0], table.X);
        Assert.Equal([4, 3, 8, 7, 2, 1], table.Y);
    }

    [Theory]
    [InlineData("b\na\nb\n", "", "[a, b]", new double[] { 1, 0, 1 })]
    [InlineData("10\n9\n10\n", "", "[\"9\", \"10\"]", new double[] { 1, 0, 1 })]
    [InlineData("b\na\nb\n", ", classes: [c, b, a]", "[c, b, a]", new double[] { 1, 2, 1 })]
    public void Labels_have_an_order(string labels, string more, string classes, double[] places)
    {
        var rows = string.Concat(labels.TrimEnd().Split('\n').Select((label, i) => $"{i},{label}\n"));
        var specification = Specification("x,y\n" + rows, "targets: y, task: classification" + more);
        Assert.Equal(classes, specification.Value("data.classes").ToString());
        Assert.Equal(places, specification.DataFile!.Table.Y);
        Assert.Equal("cross_entropy", specification.Value("training.loss").ToString());
    }

    [Fact]
    public void Missing_inputs_are_no_error_where_they_are_imputed() =>
        Assert.Equal([1, double.NaN, double.NaN, 5, 7, double.NaN], Specification("a,b,y\n1,?,3\n,5,6\n7,NA,10\n", "targets: y, missing: median").DataFile!.Table.X);

    [Fact]
    public void A_column_may_say_the_parts()
    {
        var specification = Specification("a,p,y\n1,test,3\n4,train,6\n7,train,10\n8,validation,10\n", "targets: y, split: {column: p}");
        Assert.Equal(["test", "train", "train", "validation"], specification.DataFile!.Table.Parts!);
        Assert.Equal("[a]", specification.Value("data.inputs").ToString());
        Assert.Equal((2, 1, 1), specification.Resolve(specification.ConfigurationAt(0), 0).Data.Split.Rows(4));
    }

    [Fact]
    public void What_is_stored_reads_the_same_table_again()
    {
        var specification = Specification("a,p,b,y\n1,test,2,u\n4,train,5,v\n7,train,8,u\n8,validation,9,w\n", "targets: y, task: classification, split: {column: p}");
        var stored = Contracts.Specification.FromJson(specification.ToJson());
        Assert.Null(stored.DataFile);
        Assert.Equal(specification, stored);

        var table = Table.Read(specification.DataFile!.Content, stored.Resolve(stored.ConfigurationAt(0), 0).Data.Table!);

        Assert.Equal(specification.DataFile.Table.X, table.X);
        Assert.Equal(specification.DataFile.Table.Y, table.Y);
        Assert.Equal(specification.DataFile.Table.Parts, table.Parts!);
        Assert.Throws<FormatException>(() => Table.Read("a,b\n1,2\n"u8.ToArray(), stored.Resolve(stored.ConfigurationAt(0), 0).Data.Table!));
    }

    [Fact]
    public void One_configuration_as_a_file_of_its_own_reads_the_same_table()
    {
        var specification = Specification("a,b,y\n1,2,u\n4,5,v\n7,8,u\n", "targets: y, task: classification");
        File.WriteAllText(Path.Combine(_folder, "own.yaml"), SpecificationYaml.Write(specification, specification.ConfigurationAt(0)));
        var again = SweepFile.Read(Path.Combine(_folder, "own.yaml"));
        Assert.Empty(again.Problems);
        Assert.Equal(specification.ToJson().Replace("\"sweep\"", "\"own\""), again.Specification!.ToJson().Replace("\"sweep\"", "\"own\""));
    }

    /// <summary>Whatever the numbers and the spelling, what was written is what is read.</summary>
    [Fact]
    public void Numbers_come_back_as_they_were_written()
    {
        var numbers = ArbMap.Default.GeneratorFor<NormalFloat>().Select(number => (double)(float)number.Get).Where(number => Math.Abs(number) <= float.MaxValue);
        var tables = Gen.Choose(1, 4).SelectMany(columns => Gen.Choose(2, 12).SelectMany(rows => Gen.ArrayOf(numbers, columns * rows).Select(cells => (columns, rows, cells))));
        var spellings = from separator in Gen.Elements(',', ';', '\t') from end in Gen.Elements("\n", "\r\n") from quote in Gen.Elements("", "\"") from mark in Gen.Elements("", "\uFEFF") select (separator, end, quote, mark);
        Check.One(Same.WithMaxTest(2_000), Prop.ForAll(Arb.From(tables), Arb.From(spellings), (table, spelling) =>
        {
            var lines = Enumerable.Range(0, table.rows).Select(row => string.Join(spelling.separator,
                table.cells.Skip(row * table.columns).Take(table.columns).Select(number => spelling.quote + NumberText.Of(number) + spelling.quote).Append($"{row}")));
            var header = string.Join(spelling.separator, Enumerable.Range(0, table.columns).Select(c => $"c{c}").Append("y"));
            var read = Specification(spelling.mark + string.Join(spelling.end, lines.Prepend(header)), "targets: y").DataFile!.Table;
            return read.X.SequenceEqual(table.cells) && read.Rows == table.rows;
        }));
    }

    /// <summary>Ten thousand damaged tables: a result or problems with their places, never an exception.</summary>
    [Fact]
    public void Ten_thousand_damaged_tables_give_a_table_or_problems()
    {
        string[] corpus = [.. Directory.GetFiles(Folders.BadTables, "*.csv").Concat(Directory.GetFiles(Folders.BadLabels, "*.csv")).Order().Where(path => new FileInfo(path).Length < 2000).Select(path => System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(path)))];
        string[] pieces = ["\"", "\"\"", ",", ";", "\t", "\r", "\n", "\0", "\uFEFF", "1e999", "-", "NaN", "Infinity", "y", "=1+1", "\u00FF", "'", "0x10", "1,5", new string('9', 400), "\"\n\""];
        var damages = from text in Gen.Elements(corpus)
                      from changes in Gen.ArrayOf(from at in Gen.Choose(0, 400) from piece in Gen.Elements(pieces) from cut in Gen.Choose(0, 8) select (at, piece, cut))
                      from task in Gen.Elements("regression", "classification")
                      from missing in Gen.Elements("error", "mean")
                      select (text: changes.Aggregate(text, (now, change) =>
                      {
                          var at = Math.Min(change.at, now.Length);
                          return now.Remove(at, Math.Min(change.cut, now.Length - at)).Insert(at, change.piece);
                      }), task, missing);
        var path = Path.Combine(_folder, "damaged.csv");
        Check.One(Same.WithMaxTest(10_000), Prop.ForAll(Arb.From(damages), damaged =>
        {
            File.WriteAllBytes(path, System.Text.Encoding.Latin1.GetBytes(damaged.text.Replace("\uFEFF", "\u00EF\u00BB\u00BF")));
            var reading = SweepFile.Parse($"training: {{batch: 1}}\ndata: {{kind: csv, file: {path}, targets: y, task: {damaged.task}, missing: {damaged.missing}}}");
            return reading.Specification is null == reading.Problems.Count > 0 && reading.Problems.All(problem => !problem.ToString().Contains('\n') && problem.Line >= 0);
        }));
    }

    private Specification Specification(string table, string data)
    {
        File.WriteAllText(Path.Combine(_folder, "table.csv"), table);
        File.WriteAllText(Path.Combine(_folder, "sweep.yaml"), $"training: {{batch: 1}}\ndata: {{kind: csv, file: table.csv, {data}}}");
        var reading = SweepFile.Read(Path.Combine(_folder, "sweep.yaml"));
        Assert.Empty(reading.Problems);
        return reading.Specification!;
    }
}
