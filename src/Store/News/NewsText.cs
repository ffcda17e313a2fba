using System.Buffers;
using System.Text;
using System.Text.Json;
using SweepCluster.Contracts;

namespace SweepCluster.Store.News;

/// <summary>News as the text of a notification: <c>["sweep",[trial,ordinal,replicate,state,epoch,training,validation(,metric)],…]</c>, or counts as <c>["sweep",{"Pending":3,…}]</c>.</summary>
public static class NewsText
{
    // The server takes less than 8,000 bytes; one trial takes less than 180.
    private const int Longest = 7800;
    private const int LongestTrial = 180;

    /// <summary>As few texts as the server's limit allows.</summary>
    public static IEnumerable<string> Write(SweepId sweep, IReadOnlyCollection<TrialNews> news)
    {
        var waiting = new Queue<TrialNews>(news);
        while (waiting.Count > 0)
        {
            yield return Text(json =>
            {
                json.WriteStringValue(sweep.Value);
                while (json.BytesCommitted + json.BytesPending < Longest - LongestTrial && waiting.TryDequeue(out var next)) Write(json, next);
            });
        }
    }

    public static string Write(SweepId sweep, IReadOnlyDictionary<TrialState, long> counts) => Text(json =>
    {
        json.WriteStringValue(sweep.Value);
        json.WriteStartObject();
        foreach (var (state, trials) in counts) json.WriteNumber(state.ToString(), trials);
        json.WriteEndObject();
    });

    /// <summary>What a text says of one sweep. Nothing, if it is of another one or of another version of this program.</summary>
    public static (IReadOnlyList<TrialNews> News, IReadOnlyDictionary<TrialState, long>? Counts) Read(string text, SweepId sweep)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            var parts = json.RootElement;
            if (parts[0].GetString() != sweep.Value) return ([], null);
            var rest = parts.EnumerateArray().Skip(1).ToList();
            if (rest is [{ ValueKind: JsonValueKind.Object } counts])
                return ([], counts.EnumerateObject().ToDictionary(p => Enum.Parse<TrialState>(p.Name), p => p.Value.GetInt64()));
            return ([.. rest.Select(r => Read(r, sweep))], null);
        }
        catch (Exception e) when (e is JsonException or ArgumentException or InvalidOperationException or FormatException or IndexOutOfRangeException)
        {
            return ([], null);
        }
    }

    private static void Write(Utf8JsonWriter json, TrialNews news)
    {
        json.WriteStartArray();
        json.WriteNumberValue(news.Trial.Value);
        json.WriteNumberValue(news.Ordinal);
        json.WriteNumberValue(news.Replicate);
        json.WriteStringValue(news.State.ToString());
        json.WriteNumberValue(news.Epoch);
        foreach (var loss in news.Metric is null ? (double?[])[news.Training, news.Validation] : [news.Training, news.Validation, news.Metric])
        {
            if (loss is { } value && double.IsFinite(value)) json.WriteNumberValue(value);
            else json.WriteNullValue();
        }
        json.WriteEndArray();
    }

    private static TrialNews Read(JsonElement news, SweepId sweep) => new(
        sweep, new TrialId(news[0].GetInt64()), news[1].GetInt64(), news[2].GetInt32(),
        Enum.Parse<TrialState>(news[3].GetString()!), news[4].GetInt32(), Loss(news[5]), Loss(news[6]))
    {
        Metric = news.GetArrayLength() > 7 ? Loss(news[7]) : null,
    };

    private static double? Loss(JsonElement value) => value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;

    private static string Text(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            write(json);
            json.WriteEndArray();
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
