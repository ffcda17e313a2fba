using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace SweepCluster.Service.Tests;

/// <summary>A request byte by byte, as no client library would send it.</summary>
internal sealed record RawRequest(string Method, string Target, IReadOnlyList<string> Headers, string Body)
{
    // An answer begins at once or not at all; streams of events do not end by themselves.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public override string ToString() => $"{Method} {Target} HTTP/1.1 [{string.Join("; ", Headers)}] {Body}";

    /// <returns>The status, 0 where the connection was closed without one, and what followed it.</returns>
    public async Task<(int Status, string Text)> SendAsync(Uri service)
    {
        using var patience = new CancellationTokenSource(Patience);
        using var client = new TcpClient();
        await client.ConnectAsync(service.Host, service.Port, patience.Token);
        var stream = client.GetStream();
        var head = $"{Method} {Target} HTTP/1.1\r\nHost: {service.Authority}\r\nConnection: close\r\nContent-Length: {Encoding.UTF8.GetByteCount(Body)}\r\n{string.Concat(Headers.Select(header => header + "\r\n"))}\r\n";
        var answer = new StringBuilder();
        try
        {
            // Latin-1 keeps every char below 256 the byte that it names.
            await stream.WriteAsync((byte[])[.. Encoding.Latin1.GetBytes(head), .. Encoding.UTF8.GetBytes(Body)], patience.Token);
            var buffer = new byte[16384];
            for (int read; (read = await stream.ReadAsync(buffer, patience.Token)) > 0;)
            {
                answer.Append(Encoding.Latin1.GetString(buffer, 0, read));
                if (answer.ToString(0, Math.Min(answer.Length, 1000)).Contains("text/event-stream", StringComparison.Ordinal)) break;
            }
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            // Closed while we were writing: what came before is the answer.
        }

        var text = answer.ToString();
        return (text.StartsWith("HTTP/1.1 ", StringComparison.Ordinal) ? int.Parse(text.AsSpan(9, 3), NumberStyles.None, CultureInfo.InvariantCulture) : 0, text);
    }
}
