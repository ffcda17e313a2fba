using System.Text.Json;
using SweepCluster.Client.Tests.Running;

namespace SweepCluster.Client.Tests;

[Collection(OnePrivateStore.Name)]
public sealed class QueryTests(PrivateStore store)
{
    private const string AllTypes = "select 1 as n, 2.50::numeric as d, 1.5::real as r, 'NaN'::float8 as nan, true as b, 'a,\"b\"' as t, null as nothing, "
        + "array[1.5,2]::real[] as xs, '{\"k\":1}'::jsonb as j, '1 day'::interval as i";

    [Fact]
    public async Task A_table_is_aligned_numbers_to_the_right()
    {
        var result = await store.RunAsync("query", "select * from (values (1, 'one'), (100, 'hundred')) as v (number, word)");

        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.Equal("number  word\n──────  ───────\n     1  one\n   100  hundred\n", result.Output);
    }

    [Fact]
    public async Task CSV_quotes_what_must_be_quoted()
    {
        var result = await store.RunAsync("query", "--format", "csv", AllTypes);

        Assert.Equal("n,d,r,nan,b,t,nothing,xs,j,i\n1,2.50,1.5,NaN,true,\"a,\"\"b\"\"\",,1.5 2,\"{\"\"k\"\": 1}\",1 day\n", result.Output);
    }

    [Fact]
    public async Task JSON_keeps_numbers_numbers_and_JSON_JSON()
    {
        var result = await store.RunAsync("query", "--format", "json", AllTypes);

        using var parsed = JsonDocument.Parse(result.Output);
        Assert.Equal(
            """{"n":1,"d":2.50,"r":1.5,"nan":null,"b":true,"t":"a,\"b\"","nothing":null,"xs":[1.5,2],"j":{"k": 1},"i":"1 day"}""",
            parsed.RootElement[0].GetRawText());
    }

    [Fact]
    public async Task No_rows_are_an_empty_table_and_an_empty_array()
    {
        Assert.Equal("x\n─\n", (await store.RunAsync("query", "select 1 as x where false")).Output);
        Assert.Equal("[]\n", (await store.RunAsync("query", "--format", "json", "select 1 as x where false")).Output);
    }

    [Theory]
    [InlineData("select lambda\nfrom trials", "sweep: column \"lambda\" does not exist\nsweep:   select lambda\nsweep:          ^\n")]
    [InlineData("select * from trial", "sweep: relation \"trial\" does not exist; the views are sweeps, trials, losses, metrics, attempts, snapshots, logs, silos, fits, data_sets\nsweep:   select * from trial\nsweep:                 ^\n")]
    [InlineData("selct 1", "sweep: syntax error at or near \"selct\"\nsweep:   selct 1\nsweep:   ^\n")]
    [InlineData("select 'θ𝜆', x", "sweep: column \"x\" does not exist\nsweep:   select 'θ𝜆', x\nsweep:                ^\n")]
    [InlineData("select 1; select 2", "sweep: a query is one statement; found several, separated by ';'\n")]
    [InlineData("  ", "sweep: the query is empty; `sweep query --help` shows examples\n")]
    [InlineData("select 1 / 0", "sweep: division by zero\n")]
    public async Task A_mistake_is_shown_where_it_is(string sql, string error)
    {
        var result = await store.RunAsync("query", sql);

        Assert.Equal((2, "", error), (result.Code, result.Output, result.Error));
    }

    [Theory]
    [InlineData("delete from trials")]
    [InlineData("create table mine (x int)")]
    [InlineData("select * from ledger.snapshots")]
    [InlineData("update sweeps set name = 'x'")]
    [InlineData("drop view losses")]
    public async Task A_query_only_reads(string sql)
    {
        var result = await store.RunAsync("query", sql);

        Assert.Equal((2, ""), (result.Code, result.Output));
        Assert.Matches("only reads|must be owner|cannot update view", result.Error);
    }

    [Theory]
    [InlineData("do $$ begin perform set_config('default_transaction_read_only', 'off', false); commit; delete from ledger.trials; end $$", "invalid transaction termination")]
    [InlineData("do $$ begin perform set_config('transaction_read_only', 'off', true); delete from ledger.trials; end $$", "transaction read-write mode must be set before any query")]
    [InlineData("delete from ledger.trials", "only reads")]
    [InlineData("set transaction_read_only = off", "transaction read-write mode must be set before any query")]
    [InlineData("set statement_timeout = 0", "the statement gives no rows; a query is a SELECT")]
    public async Task Not_even_the_owner_writes_in_a_query(string sql, string refusal)
    {
        var result = await store.RunAsync("query", "--store", store.File, sql);

        Assert.Equal((2, ""), (result.Code, result.Output));
        Assert.Contains(refusal, result.Error);
    }

    [Fact]
    public async Task A_query_that_takes_too_long_is_stopped()
    {
        var result = await store.RunAsync("query", "--timeout", "0.2", "select pg_sleep(60)");

        Assert.Equal((2, "sweep: the query took longer than 200 ms and was stopped; ask for less, or raise --timeout\n"), (result.Code, result.Error));
    }
}
