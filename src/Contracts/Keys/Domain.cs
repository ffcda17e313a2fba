using System.Text.Json.Nodes;
using SweepCluster.Contracts.Files;

namespace SweepCluster.Contracts.Keys;

/// <summary>The values a key may have: reads them, says in words what it expects, and says it again as JSON Schema.</summary>
internal abstract record Domain
{
    /// <summary>What follows "must be" in an error and stands in the reference: <c>a number &gt;= 0</c>.</summary>
    public abstract string Expected { get; }

    /// <summary>Reads one value, or says what it must be instead.</summary>
    public abstract (Value? Value, string? MustBe) Read(Node node);

    public abstract JsonObject Schema();

    protected (Value? Value, string? MustBe) Refused => (null, Expected);
}

/// <param name="Word">A word that stands for "no number": <c>none</c>.</param>
internal sealed record WholeNumber(long Min, long Max, string? Word = null) : Domain
{
    private const long LargestExactDouble = 1L << 53;

    public override string Expected => $"a whole number {Range}{(Word is null ? "" : $" or {Word}")}";

    private string Range => Max == long.MaxValue ? $">= {Min}" : $"from {Min} to {Max}";

    public override (Value? Value, string? MustBe) Read(Node node)
    {
        if (node is not ScalarNode { Text: var text })
            return Refused;
        if (text == Word)
            return (new Value.Word(text), null);
        if (TryRead(text) is not { } number)
            return ExactDecimal.TryParse(text, out var large) && Math.Abs(large.ToDouble()) > LargestExactDouble ? (null, $"from {Min} to {Max}") : Refused;
        return number >= Min && number <= Max ? (new Value.Whole(number), null) : (null, Range);
    }

    /// <summary>Whole numbers may be written as people write them: 10000, 1e4, 64.0.</summary>
    public static long? TryRead(string text)
    {
        if (long.TryParse(text, System.Globalization.NumberStyles.AllowLeadingSign, null, out var number))
            return number;
        return ExactDecimal.TryParse(text, out var exact) && exact.ToDouble() is var real && real == Math.Floor(real) && Math.Abs(real) <= LargestExactDouble
            ? (long)real
            : null;
    }

    public override JsonObject Schema()
    {
        var number = new JsonObject { ["type"] = "integer", ["minimum"] = Min };
        if (Max != long.MaxValue)
            number["maximum"] = Max;
        return Word is null ? number : new JsonObject { ["anyOf"] = new JsonArray(number, new JsonObject { ["const"] = Word }) };
    }
}

/// <param name="Above">The number must be greater than <paramref name="Min"/>, not equal to it; <paramref name="Below"/> likewise.</param>
/// <param name="Word">A word that stands for "no fixed number": <c>draw</c>.</param>
/// <param name="Single">Trainers compute with it in 32 bits, so it must be in the range after that rounding too.</param>
internal sealed record RealNumber(
    double Min = double.NegativeInfinity, double Max = double.PositiveInfinity, bool Above = false, bool Below = false, string? Word = null,
    bool Single = false) : Domain
{
    /// <summary>A list of such numbers may stand for one, one for each hidden layer.</summary>
    public bool PerLayer { get; init; }

    public override string Expected =>
        $"a number{(Range.Length == 0 ? "" : " " + Range)}{(Word is null ? "" : $" or {Word}")}{(PerLayer ? ", or a list of such numbers, one per hidden layer" : "")}";

    private string Range => (double.IsFinite(Min), double.IsFinite(Max)) switch
    {
        (true, true) => $"in {(Above ? '(' : '[')}{Min}, {Max}{(Below ? ')' : ']')}",
        (true, false) => $"{(Above ? ">" : ">=")} {Min}",
        (false, true) => $"{(Below ? "<" : "<=")} {Max}",
        _ => "",
    };

    public override (Value? Value, string? MustBe) Read(Node node)
    {
        if (PerLayer && node is ListNode { Items: { Count: > 0 } items })
            return List(items);
        if (node is not ScalarNode { Text: var text })
            return Refused;
        if (text == Word)
            return (new Value.Word(text), null);
        if (!ExactDecimal.TryParse(text, out var exact))
            return Refused;
        var number = exact.ToDouble();
        if (!IsInside(number))
            return (null, Range);
        return !Single || (IsInside((float)number) && float.IsFinite((float)number))
            ? (new Value.Real(number), null)
            : (null, $"{Range} as a 32-bit float (1e-45 to 3.4e38, 7 digits)");
    }

    private (Value? Value, string? MustBe) List(IReadOnlyList<Node> items)
    {
        var numbers = new double[items.Count];
        for (var i = 0; i < numbers.Length; i++)
        {
            if (items[i] is ListNode || Read(items[i]).Value is not Value.Real { Number: var number })
                return Refused;
            numbers[i] = number;
        }
        return (new Value.Rates(numbers), null);
    }

    private bool IsInside(double number) => (Above ? number > Min : number >= Min) && (Below ? number < Max : number <= Max);

    public override JsonObject Schema()
    {
        var number = new JsonObject { ["type"] = "number" };
        if (double.IsFinite(Min))
            number[Above ? "exclusiveMinimum" : "minimum"] = Min;
        if (double.IsFinite(Max))
            number[Below ? "exclusiveMaximum" : "maximum"] = Max;
        var forms = new JsonArray(number);
        if (Word is not null)
            forms.Add(new JsonObject { ["const"] = Word });
        if (PerLayer)
            forms.Add(new JsonObject { ["type"] = "array", ["items"] = number.DeepClone(), ["minItems"] = 1 });
        return forms.Count == 1 ? number.DeepClone().AsObject() : new JsonObject { ["anyOf"] = forms };
    }
}

internal sealed record Choice(params string[] Words) : Domain
{
    public override string Expected => Words.Length == 1 ? Words[0] : $"one of {string.Join(", ", Words)}";

    public override (Value? Value, string? MustBe) Read(Node node) =>
        node is ScalarNode { Text: var text } && Words.Contains(text) ? (new Value.Word(text), null) : Refused;

    public override JsonObject Schema() => new() { ["enum"] = new JsonArray([.. Words.Select(word => JsonValue.Create(word))]) };
}

internal sealed record WidthList(int MaxWidth, int MaxLayers) : Domain
{
    public override string Expected => $"a list of at most {MaxLayers} whole numbers from 1 to {MaxWidth}, like [64, 64, 64]";

    public override (Value? Value, string? MustBe) Read(Node node)
    {
        if (node is not ListNode { Items: var items } || items.Count > MaxLayers)
            return Refused;
        var widths = new int[items.Count];
        for (var i = 0; i < widths.Length; i++)
        {
            if (items[i] is not ScalarNode { Text: var text } || WholeNumber.TryRead(text) is not { } width || width < 1 || width > MaxWidth)
                return Refused;
            widths[i] = (int)width;
        }
        return (new Value.Widths(widths), null);
    }

    public override JsonObject Schema() => new()
    {
        ["type"] = "array",
        ["items"] = new JsonObject { ["type"] = "integer", ["minimum"] = 1, ["maximum"] = MaxWidth },
        ["maxItems"] = MaxLayers,
    };
}

/// <summary>A name that is also a folder's name and a word on a command line.</summary>
internal sealed record NameText : Domain
{
    private const int MaxLength = 60;

    public override string Expected => $"1 to {MaxLength} letters, digits, '-', '_' or '.', the first a letter or digit";

    public override (Value? Value, string? MustBe) Read(Node node) =>
        node is ScalarNode { Text: var text } && IsName(text) ? (new Value.Word(text), null) : Refused;

    public static bool IsName(string text) =>
        text.Length is > 0 and <= MaxLength && char.IsLetterOrDigit(text[0]) && text.All(IsNameCharacter);

    /// <summary>The name nearest to any text; how a file's name becomes its sweep's.</summary>
    public static string From(string text)
    {
        var name = string.Concat(text.Select(c => IsNameCharacter(c) ? c : '-')).TrimStart('-', '_', '.');
        return name.Length == 0 ? "sweep" : name[..Math.Min(name.Length, MaxLength)];
    }

    public override JsonObject Schema() => new()
    {
        ["type"] = "string",
        ["pattern"] = @"^[\p{L}\p{Nd}][\p{L}\p{Nd}._-]*$",
        ["maxLength"] = MaxLength,
    };

    private static bool IsNameCharacter(char c) => char.IsLetterOrDigit(c) || c is '-' or '_' or '.';
}
