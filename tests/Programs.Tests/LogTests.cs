using System.Text;
using FsCheck;
using FsCheck.Fluent;
using SweepCluster.Programs.Reporting;

namespace SweepCluster.Programs.Tests;

public class LogTests
{
    [Fact]
    public void A_log_keeps_its_beginning_and_its_end()
    {
        var log = new TrialLog(10);
        foreach (var i in Enumerable.Range(1, 100)) log.AddLine($"{i:000}");
        Assert.Equal("001\n002\n00\n[… 380 bytes are left out …]\n8\n099\n100\n", log.ToString());
        Assert.Equal(400, log.Bytes);
    }

    [Fact]
    public void A_log_is_the_same_however_its_bytes_come() => Prop.ForAll<byte[], byte>((bytes, size) =>
    {
        var (whole, parts) = (new TrialLog(7), new TrialLog(7));
        whole.AddLine(bytes);
        foreach (var part in Encoding.Latin1.GetString([.. bytes, (byte)'\n']).Chunk((size % 20) + 1)) parts.Add(Encoding.Latin1.GetBytes(part));
        Assert.Equal(whole.ToString(), parts.ToString());
        Assert.Equal(bytes.Length + 1, parts.Bytes);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_short_log_is_whole_and_holds_no_zero_byte()
    {
        var log = new TrialLog();
        log.AddLine("a\0b"u8);
        log.AddLine([0xFF, (byte)'c']);
        Assert.Equal("a\uFFFDb\n\uFFFDc\n", log.ToString());
    }

    [Fact]
    public void A_reason_shows_the_last_lines_without_what_could_move_a_cursor()
    {
        var log = new TrialLog();
        foreach (var line in (string[])["one", "", "two", "\e[31mthree"]) log.AddLine(line);
        Assert.Equal("two | \\x1b[31mthree", log.LastLines(2));
    }

    [Fact]
    public void Lines_are_the_same_however_the_stream_is_cut() => Prop.ForAll<byte[], byte>((bytes, step) =>
    {
        var text = bytes.Select(b => (byte)(b % 4 == 0 ? '\n' : 'a' + (b % 20))).ToArray();
        var (whole, parts) = (Split(text, text.Length + 1), Split(text, (step % 7) + 1));
        Assert.Equal(whole, parts);
        Assert.Equal(Encoding.ASCII.GetString(text).TrimEnd('\n'), string.Join('\n', whole).TrimEnd('\n'));
    }).QuickCheckThrowOnFailure();

    private static List<string> Split(byte[] text, int size)
    {
        var lines = new List<string>();
        var splitter = new LineSplitter((line, _) => lines.Add(Encoding.ASCII.GetString(line.Span)));
        foreach (var part in text.Chunk(size)) splitter.Add(part);
        splitter.End();
        return lines;
    }

    [Fact]
    public void A_line_that_is_too_long_comes_in_pieces()
    {
        var lines = new List<(int Length, LinePart Part)>();
        var splitter = new LineSplitter((line, part) => lines.Add((line.Length, part)));
        splitter.Add(Encoding.ASCII.GetBytes(new string('x', (2 * LineSplitter.MostBytes) + 5) + "\nnext\r\n"));
        Assert.Equal([(LineSplitter.MostBytes, LinePart.Beginning), (LineSplitter.MostBytes, LinePart.Rest), (5, LinePart.Rest), (4, LinePart.Whole)], lines);
    }
}
