using System.Text;
using SweepCluster.Contracts;

namespace SweepCluster.Client.Progress;

/// <summary>Draws the progress in place at the bottom of a terminal; what has ended scrolls up above it.</summary>
internal sealed class TerminalView : IProgressView
{
    private const string HideCursor = "\e[?25l";
    private const string ShowCursor = "\e[?25h";
    private const string ClearLine = "\e[K";
    private const string ClearBelow = "\e[J";

    private readonly TextWriter _terminal;
    private readonly Func<int> _width;
    private readonly bool _colour;
    private IReadOnlyList<int> _drawn = []; // lengths of the lines that stand there

    public TerminalView(TextWriter terminal, Func<int> width, bool colour)
    {
        (_terminal, _width, _colour) = (terminal, width, colour);
        _terminal.Write(HideCursor);
    }

    public void Started(TrialId trial, Configuration configuration, int replicate) { }

    public void Trained(TrialId trial, int epoch, double training, double validation) { }

    public void Ended(TrialId trial, TrialState state, TrialProgress progress, string? error, ProgressSnapshot snapshot) =>
        Draw(snapshot, TrialLine.Of(state, progress, error, _width() - 1, _colour));

    public void Note(string text, ProgressSnapshot snapshot) => Draw(snapshot, $"sweep: {text}");

    public void Tick(ProgressSnapshot snapshot) => Draw(snapshot, null);

    public void Dispose()
    {
        _terminal.Write(Top() + ClearBelow + ShowCursor);
        _terminal.Flush();
    }

    /// <summary>One write for the whole picture, so that no half of it is ever seen.</summary>
    private void Draw(ProgressSnapshot snapshot, string? above)
    {
        var text = new StringBuilder(Top());
        if (above is not null)
            text.Append(above).Append(ClearLine).Append('\n');
        // One column less than there is: a full last column makes some terminals wrap.
        var lines = ProgressLines.Of(snapshot, _width() - 1);
        foreach (var line in lines)
            text.Append(line).Append(ClearLine).Append('\n');
        _drawn = [.. lines.Select(line => line.Length)];
        _terminal.Write(text.Append(ClearBelow).ToString());
        _terminal.Flush();
    }

    /// <summary>Back to where the picture began. A terminal made narrower meanwhile has wrapped its lines: each is as many rows as it needs now.</summary>
    private string Top()
    {
        var rows = _drawn.Sum(length => Math.Max(1, (length + _width() - 1) / _width()));
        return rows == 0 ? "" : $"\e[{rows}A\r";
    }
}
