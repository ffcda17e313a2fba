using System.Buffers.Binary;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using SweepCluster.Client.Tests.Running;
using SweepCluster.Training;

namespace SweepCluster.Client.Tests;

/// <summary>θ as files that others read.</summary>
[Collection(OnePrivateStore.Name)]
public sealed class ParamsTests(PrivateStore store) : IAsyncLifetime
{
    public async Task InitializeAsync()
    {
        if (await store.QueryAsync("select count(*) from sweeps where name = 'theta'") != "0")
            return;
        var file = store.Write("theta", "data: {points: 50, a: 1, b: 1, c: 0}\nmodel: {stem: 3, hidden: [4]}\ntraining: {epochs: 3, batch: 16}\ngrid: {regularization.l2: [0, 1e-3]}");
        Assert.Equal(0, (await store.RunAsync("run", file)).Code);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task A_NumPy_file_holds_θ_with_the_recorded_hash()
    {
        var result = await store.RunAsync("params", "theta/1", "--out", "theta.npy");

        var bytes = File.ReadAllBytes(Path.Combine(store.Folder, "theta.npy"));
        var start = 10 + BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(8));
        Assert.Equal(0, start % 64);
        Assert.Equal("{'descr': '<f4', 'fortran_order': False, 'shape': (27,), }", Encoding.ASCII.GetString(bytes[10..start]).TrimEnd());
        Assert.Equal(await HashAsync("theta", 1), ParameterHash.Sha256(Floats(bytes[start..])));
        Assert.Matches(@"^sweep: wrote 27 parameters of trial \d+ after epoch 3 to theta.npy; SHA-256 [0-9a-f]{64}\n$", result.Error);
    }

    [Fact]
    public async Task A_safetensors_file_holds_each_layer_under_its_name()
    {
        await store.RunAsync("params", "theta/0", "--out", "theta.safetensors");

        var bytes = File.ReadAllBytes(Path.Combine(store.Folder, "theta.safetensors"));
        var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        using var header = JsonDocument.Parse(bytes.AsMemory(8, length));
        Assert.Equal(0, length % 8);
        string[] names = ["__metadata__", "stem.weight", "stem.bias", "hidden1.weight", "hidden1.bias", "output.weight", "output.bias"];
        Assert.Equal(names, header.RootElement.EnumerateObject().Select(tensor => tensor.Name));
        Assert.Equal("[4,3]", header.RootElement.GetProperty("hidden1.weight").GetProperty("shape").GetRawText());
        var end = 0;
        foreach (var tensor in header.RootElement.EnumerateObject().Skip(1).Select(tensor => tensor.Value))
        {
            Assert.Equal("F32", tensor.GetProperty("dtype").GetString());
            var place = tensor.GetProperty("data_offsets").EnumerateArray().Select(offset => offset.GetInt32()).ToArray();
            Assert.Equal(end, place[0]);
            Assert.Equal(tensor.GetProperty("shape").EnumerateArray().Aggregate(4, (size, axis) => size * axis.GetInt32()), place[1] - place[0]);
            end = place[1];
        }
        Assert.Equal(bytes.Length, 8 + length + end);
        Assert.Equal(await HashAsync("theta", 0), ParameterHash.Sha256(Floats(bytes[(8 + length)..])));
        Assert.Equal(await HashAsync("theta", 0), header.RootElement.GetProperty("__metadata__").GetProperty("theta_sha256").GetString());
    }

    [NumpyFact]
    public async Task NumPy_reads_both()
    {
        await store.RunAsync("params", "theta/0", "--epoch", "0", "--out", "numpy.npy");
        await store.RunAsync("params", "theta/0", "--epoch", "0", "--out", "numpy.safetensors");
        const string program = """
            import hashlib, json, numpy
            theta = numpy.load('numpy.npy')
            raw = open('numpy.safetensors', 'rb').read()
            length = int(numpy.frombuffer(raw[:8], '<u8')[0])
            header = json.loads(raw[8:8 + length])
            tensors = [numpy.frombuffer(raw[8 + length:][slice(*t['data_offsets'])], '<f4').reshape(t['shape']) for name, t in header.items() if name != '__metadata__']
            assert theta.dtype == numpy.float32 and numpy.array_equal(theta, numpy.concatenate([t.ravel() for t in tensors]))
            print(hashlib.sha256(theta.tobytes()).hexdigest(), header['__metadata__']['theta_sha256'])
            """;
        var start = new ProcessStartInfo("/usr/bin/python3", ["-c", program]) { UseShellExecute = false, WorkingDirectory = store.Folder, RedirectStandardOutput = true };
        using var python = Process.Start(start)!;
        var printed = (await python.StandardOutput.ReadToEndAsync()).Trim().Split(' ');
        await python.WaitForExitAsync();

        Assert.Equal(0, python.ExitCode);
        Assert.Equal(printed[0], printed[1]);
    }

    [Theory]
    [InlineData("theta/0 --epoch 2", "has no snapshot of epoch 2; it has 0, 3")]
    [InlineData("theta/2", "has no trial 2; its 2 trials are numbered by the grid from 0")]
    [InlineData("theta/0/1", "has no trial 0/1; ")]
    [InlineData("theta", "'theta' is no trial: give its id, a whole number, or SWEEP/ORDINAL, such as l2-visual-intuition/3")]
    [InlineData("999999999", "the store has no trial 999999999; ")]
    [InlineData("99999999999999999999", "'99999999999999999999' is no trial")]
    public async Task A_trial_that_is_not_there_is_a_mistake(string words, string says)
    {
        var result = await store.RunAsync(["params", .. words.Split(' '), "--out", "none.npy"]);

        Assert.Equal(2, result.Code);
        Assert.Contains(says, result.Error);
        Assert.False(File.Exists(Path.Combine(store.Folder, "none.npy")));
    }

    private Task<string> HashAsync(string sweep, int ordinal) =>
        store.QueryAsync($"select theta_sha256 from trials t join sweeps s on s.id = t.sweep where s.name = '{sweep}' and ordinal = {ordinal}");

    private static float[] Floats(byte[] bytes) =>
        [.. bytes.Chunk(sizeof(float)).Select(four => BinaryPrimitives.ReadSingleLittleEndian(four))];
}
