using System.Text.Json;
using System.Text.RegularExpressions;
using SweepCluster.Client.Tests.Running;

namespace SweepCluster.Client.Tests;

/// <summary>docs/json.md names exactly the keys that the program prints.</summary>
[Collection(OnePrivateStore.Name)]
public sealed class JsonDocumentationTests(PrivateStore store) : IAsyncLifetime
{
    private const string Yaml = "data: {points: 50, a: 1, b: 1, c: 0}\nmodel: {stem: none, hidden: [4]}\ntraining: {epochs: 2, batch: 16}\ngrid: {regularization.l2: [0, 1e-3]}";

    /// <summary>Keys of the user's own, and what another section describes.</summary>
    private static readonly string[] Opaque = ["specification", "configuration", "sweep", "sweeps", "trials", "first"];

    public async Task InitializeAsync()
    {
        if (await store.QueryAsync("select count(*) from sweeps where name = 'spoken'") == "0")
            Assert.Equal(0, (await store.RunAsync("run", store.Write("spoken", Yaml))).Code);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [InlineData("list")]
    [InlineData("status SWEEP", "status", "spoken")]
    [InlineData("show", "show", "spoken")]
    [InlineData("best", "best", "spoken")]
    [InlineData("plan", "plan", "spoken.yaml")]
    [InlineData("diff", "diff", "spoken", "spoken")]
    [InlineData("verify", "verify", "spoken")]
    [InlineData("doctor")]
    public async Task A_document_has_the_documented_keys(string section, params string[] words)
    {
        var result = await store.RunAsync([.. words is [] ? [section] : words, "--json"]);

        Assert.Equal(0, result.Code);
        using var json = JsonDocument.Parse(result.Output);
        var documented = Documented(section);
        // An answer without differences shows none.
        var shown = Keys(json.RootElement, "").Concat(section == "diff" ? documented.Where(key => key.StartsWith("keys[]", StringComparison.Ordinal)) : []);
        Assert.Equal(documented.Order(), shown.Order());
    }

    [Fact]
    public async Task Commands_that_change_a_sweep_say_so_in_the_same_keys()
    {
        var documented = Documented("launch").Order().ToArray();
        async Task<JsonElement> Say(params string[] words)
        {
            var result = await store.RunAsync([.. words, "--json"]);
            Assert.True(result.Code == 0, result.ToString());
            using var json = JsonDocument.Parse(result.Output);
            Assert.Equal(documented, Keys(json.RootElement, "").Order());
            return json.RootElement.Clone();
        }

        var id = (await Say("launch", store.Write("changed", Yaml), "--store", store.File)).GetProperty("sweep").GetString()!;
        Assert.Equal(2, (await Say("pause", id)).GetProperty("trials").GetInt32());
        await Say("priority", id, "3");
        Assert.Equal(2, (await Say("cancel", id)).GetProperty("trials").GetInt32());
        Assert.Equal(2, (await Say("retry", id)).GetProperty("trials").GetInt32());
        await store.RunAsync("cancel", id);
        Assert.Equal(0, (await store.RunAsync("export", id, "--out", "changed.sweep")).Code);
        Assert.Equal(id, (await Say("rm", id, "--yes")).GetProperty("sweep").GetString());
        Assert.Equal(id, (await Say("import", "changed.sweep")).GetProperty("sweep").GetString());
    }

    [Fact]
    public async Task The_state_of_the_cluster_has_the_documented_keys()
    {
        using var silo = new Stopping(store.Start("silo", "--store", store.File, "--slots", "1"));
        await silo.Program.LineAsync(line => line.Contains(" joined ", StringComparison.Ordinal));

        using var json = JsonDocument.Parse((await store.RunAsync("status", "--json")).Output);

        Assert.Equal(Documented("status").Order(), Keys(json.RootElement, "").Order());
    }

    [Fact]
    public async Task A_run_says_only_what_is_documented()
    {
        var result = await store.RunAsync("run", store.Write("events", Yaml), "--json");

        var documented = Documented("run");
        var said = new HashSet<string>();
        foreach (var line in result.OutputLines)
        {
            using var json = JsonDocument.Parse(line);
            said.UnionWith(Keys(json.RootElement, ""));
        }
        Assert.Equal(documented.Order(), said.Order());
    }

    private sealed record Stopping(SweepProgram Program) : IDisposable
    {
        public void Dispose() => Program.Kill();
    }

    private static HashSet<string> Keys(JsonElement json, string at)
    {
        var keys = new HashSet<string>();
        if (json.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in json.EnumerateArray())
                keys.UnionWith(Keys(item, at + "[]"));
        }
        else if (json.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in json.EnumerateObject())
            {
                var key = at.Length == 0 ? property.Name : $"{at}.{property.Name}";
                keys.Add(key);
                if (!Opaque.Contains(property.Name) || (property.Name == "trials" && property.Value.ValueKind == JsonValueKind.Array))
                    keys.UnionWith(Keys(property.Value, key));
            }
        }
        return keys;
    }

    /// <summary>The first cells of a section's table; <c>states.Pending …</c> stands for every state.</summary>
    private static HashSet<string> Documented(string section)
    {
        var root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "SweepCluster.sln"))) root = Path.GetDirectoryName(root)!;
        var page = File.ReadAllText(Path.Combine(root, "docs", "json.md"));
        var text = Regex.Match(page, $@"^## sweep {section}\n(.*?)(?=^## |\z)", RegexOptions.Multiline | RegexOptions.Singleline).Groups[1].Value;
        var keys = text.Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .SelectMany(line => Regex.Matches(line.Split('|')[1], "`([^`]+)`").Select(key => key.Groups[1].Value)).ToHashSet();
        if (keys.Remove("states.Pending"))
            keys.UnionWith(((string[])["Pending", "Running", "Completed", "Stopped", "Failed", "Cancelled"]).Select(state => $"states.{state}"));
        Assert.NotEmpty(keys);
        return keys;
    }
}
