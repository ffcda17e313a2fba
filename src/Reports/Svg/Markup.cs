using System.Globalization;
using System.Text;

namespace SweepCluster.Reports.Svg;

/// <summary>Writes XML that is well-formed whatever the text says: names and configurations are hostile input.</summary>
internal sealed class Markup
{
    private readonly StringBuilder _text = new();
    private readonly Stack<string> _open = new();

    public override string ToString() =>
        _open.Count == 0 ? _text.ToString() : throw new InvalidOperationException($"element '{_open.Peek()}' is still open");

    /// <summary>Opens an element; attributes are pairs of name and value, a null value leaves the pair out.</summary>
    public Markup Open(string element, params ReadOnlySpan<string?> attributes)
    {
        Start(element, attributes);
        _text.Append('>');
        _open.Push(element);
        return this;
    }

    public Markup Close()
    {
        _text.Append("</").Append(_open.Pop()).Append('>');
        return this;
    }

    public Markup Empty(string element, params ReadOnlySpan<string?> attributes)
    {
        Start(element, attributes);
        _text.Append("/>");
        return this;
    }

    public Markup Element(string element, string content, params ReadOnlySpan<string?> attributes)
    {
        Start(element, attributes);
        _text.Append('>').Append(Escape(content)).Append("</").Append(element).Append('>');
        return this;
    }

    public Markup Text(string content)
    {
        _text.Append(Escape(content));
        return this;
    }

    /// <summary>For markup of our own making only.</summary>
    public Markup Raw(string markup)
    {
        _text.Append(markup);
        return this;
    }

    public Markup Line()
    {
        _text.Append('\n');
        return this;
    }

    /// <summary>At most two decimals, no trailing zeros, no minus before a zero: the same text on every machine.</summary>
    public static string Number(double value)
    {
        if (!double.IsFinite(value))
            throw new ArgumentOutOfRangeException(nameof(value), value, "a coordinate must be a finite number");
        var hundredths = (long)Math.Round(value * 100, MidpointRounding.AwayFromZero);
        return (hundredths / 100m).ToString("0.##", CultureInfo.InvariantCulture);
    }

    /// <summary>Escapes for element content and quoted attributes; characters XML cannot hold become U+FFFD.</summary>
    public static string Escape(string content)
    {
        var result = new StringBuilder(content.Length);
        for (var i = 0; i < content.Length; i++)
        {
            var c = content[i];
            _ = c switch
            {
                '&' => result.Append("&amp;"),
                '<' => result.Append("&lt;"),
                '>' => result.Append("&gt;"),
                '"' => result.Append("&quot;"),
                '\'' => result.Append("&#39;"),
                _ when char.IsHighSurrogate(c) && i + 1 < content.Length && char.IsLowSurrogate(content[i + 1]) => result.Append(c).Append(content[++i]),
                _ => result.Append(IsAllowed(c) ? c : '\uFFFD'),
            };
        }

        return result.ToString();
    }

    private static bool IsAllowed(char c) =>
        c is '\t' or '\n' or '\r' || (c >= ' ' && c is not ('\u007f' or '\ufffe' or '\uffff') && !char.IsSurrogate(c));

    private void Start(string element, ReadOnlySpan<string?> attributes)
    {
        _text.Append('<').Append(element);
        for (var i = 0; i + 1 < attributes.Length; i += 2)
        {
            if (attributes[i + 1] is { } value)
                _text.Append(' ').Append(attributes[i]).Append("=\"").Append(Escape(value)).Append('"');
        }
    }
}
