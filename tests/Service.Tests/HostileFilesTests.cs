using System.Net;
using System.Text;
using SweepCluster.Reports.Access;
using SweepCluster.Reports.Service;
using SweepCluster.Reports.Tests;

namespace SweepCluster.Service.Tests;

/// <summary>Sweep files as strangers would post them; what is accepted goes into a store of its own.</summary>
public sealed class HostileFilesTests : IAsyncLifetime
{
    private static readonly string[] Pieces =
        ["{", "}", "[", "]", ": ", "- ", "\n", "\t", "\0", "'", "&a", "*a", "!t", "|", "#", "%", "---", "\\x", "1e999", ".nan", "\u0085", "\uFEFF", "<<", "~", "9999999999999999999", "grid", "regularization.l2", "../../x", "$1"];

    private readonly StoreFixture _store = new();

    public Task InitializeAsync() => _store.InitializeAsync();

    public Task DisposeAsync() => _store.DisposeAsync();

    [Fact]
    public async Task Thousands_of_damaged_files_are_launched_or_refused_with_their_problems()
    {
        var (reader, _) = await ReadingRole.OpenAsync(_store.ReaderAddress, default);
        await using var ownReader = reader;
        await using var service = await ReportService.StartAsync(
            _store.Ledger, reader, new ServiceOptions { Addresses = [ServiceAddress.Parse("http://127.0.0.1:0")], RequestsPerSecond = 100_000, ChangesPerMinute = 100_000 }, TimeProvider.System, default);
        using var client = new HttpClient { BaseAddress = new Uri(service.Addresses[0]) };
        var good = Encoding.UTF8.GetBytes(ServiceFixture.Yaml("damaged", "regularization.l2: [1e-5, 1e-3, 1e-1]\n  regularization.dropout.p: {linspace: [0, 0.5, 3]}", replicates: 2));
        var (launched, refused) = (0, 0);
        for (var seed = 1; seed <= 3000; seed++)
        {
            var body = Damage(good, new Random(seed));
            using var answer = await client.PostAsync($"/api/sweeps?file={seed % 7}%00.yaml", new ByteArrayContent(body) { Headers = { { "Content-Type", "application/yaml" } } });
            var text = await answer.Content.ReadAsStringAsync();
            Assert.True(answer.StatusCode is HttpStatusCode.Created or HttpStatusCode.UnprocessableEntity, $"seed {seed}: {answer.StatusCode} {text}\n{Encoding.UTF8.GetString(body)}");
            if (answer.StatusCode is HttpStatusCode.Created) launched++;
            else refused++;
        }

        Assert.True(launched > 100 && refused > 1000, $"too much alike: {launched} launched, {refused} refused");
        await using var count = _store.Ledger.Source.CreateCommand("SELECT count(*) FROM sweeps");
        Assert.Equal((long)launched, await count.ExecuteScalarAsync());
    }

    private static byte[] Damage(byte[] file, Random random)
    {
        var bytes = file.ToList();
        for (var damage = random.Next(1, 4); damage > 0; damage--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(6))
            {
                case 0: bytes.InsertRange(at, Encoding.UTF8.GetBytes(Pieces[random.Next(Pieces.Length)])); break;
                case 1: bytes.RemoveRange(at, Math.Min(random.Next(20), bytes.Count - at)); break;
                case 2: bytes[at] = (byte)random.Next(256); break;
                case 3 or 4 when bytes.FindIndex(at, b => b is >= (byte)'0' and <= (byte)'9') is >= 0 and var digit: bytes[digit] = (byte)('0' + random.Next(10)); break;
                default: bytes.InsertRange(at, bytes.GetRange(random.Next(bytes.Count), 1)); break;
            }
        }

        return [.. bytes];
    }
}
