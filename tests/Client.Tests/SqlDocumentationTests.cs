using System.Text.RegularExpressions;
using SweepCluster.Client.Tests.Running;

namespace SweepCluster.Client.Tests;

/// <summary>docs/sql.md describes the store's own views, and each of its queries answers.</summary>
[Collection(OnePrivateStore.Name)]
public sealed class SqlDocumentationTests(PrivateStore store) : IAsyncLifetime
{
    private const int Worked = 10;
    private const string Views = "<!-- views: ";
    private const string End = "<!-- end of views -->";

    private static string Page
    {
        get
        {
            var root = AppContext.BaseDirectory;
            while (!File.Exists(Path.Combine(root, "SweepCluster.sln"))) root = Path.GetDirectoryName(root)!;
            return Path.Combine(root, "docs", "sql.md");
        }
    }

    public async Task InitializeAsync()
    {
        if (await store.QueryAsync("select count(*) from sweeps where name = 'worked'") != "0")
            return;
        var file = store.Write("worked", "replicates: 2\ndata: {points: 50, a: 1, b: 1, c: 0}\nmodel: {stem: none, hidden: [4]}\ntraining: {epochs: 3, batch: 16}\n"
            + "grid: {regularization.l2: [0, 1e-3], regularization.dropout.p: [0, 0.2]}");
        Assert.Equal(0, (await store.RunAsync("run", file)).Code);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Every_view_and_column_stands_there_as_the_store_says_it()
    {
        var page = await File.ReadAllTextAsync(Page);
        var start = page.IndexOf('\n', page.IndexOf(Views, StringComparison.Ordinal)) + 1;
        var end = page.IndexOf(End, StringComparison.Ordinal);
        var described = await DescribedAsync();
        if (Environment.GetEnvironmentVariable("SWEEP_APPROVE") == "1")
        {
            page = page[..start] + described + page[end..];
            await File.WriteAllTextAsync(Page, page);
            end = page.IndexOf(End, StringComparison.Ordinal);
        }

        Assert.Equal(described, page[start..end]);
    }

    [Fact]
    public async Task Every_worked_query_answers_with_rows()
    {
        var queries = Regex.Matches(await File.ReadAllTextAsync(Page), "(?<=```sql\n).*?(?=```)", RegexOptions.Singleline).Select(query => query.Value).ToList();

        Assert.Equal(Worked, queries.Count);
        foreach (var query in queries)
            Assert.NotEqual("", await store.QueryAsync(query));
    }

    private async Task<string> DescribedAsync()
    {
        var result = await store.RunAsync("query", "--format", "json",
            """
            select c.relname as view, obj_description(c.oid) as about, a.attname as column, format_type(a.atttypid, a.atttypmod) as type, col_description(c.oid, a.attnum) as meaning
            from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
            where c.relnamespace = 'public'::regnamespace and c.relkind = 'v'
            order by array_position(array['sweeps', 'trials', 'losses', 'snapshots', 'fits', 'data_sets', 'attempts', 'silos'], c.relname::text), c.relname, a.attnum
            """);
        Assert.Equal(0, result.Code);
        var text = "";
        var view = "";
        foreach (var row in System.Text.Json.JsonDocument.Parse(result.Output).RootElement.EnumerateArray())
        {
            if (row.GetProperty("view").GetString() != view)
            {
                view = row.GetProperty("view").GetString()!;
                text += $"\n### {view}\n\n{row.GetProperty("about").GetString()}.\n\n| column | type | meaning |\n|---|---|---|\n";
            }
            text += $"| `{row.GetProperty("column").GetString()}` | {row.GetProperty("type").GetString()} | {row.GetProperty("meaning").GetString()!.Replace("|", "\\|")} |\n";
        }
        return text + "\n";
    }
}
