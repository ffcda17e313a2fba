namespace SweepCluster.Store.Tests;

public sealed class ViewTests
{
    [Theory]
    [InlineData("sweeps", "id, name, state, trials, completed, failed, created_at, finished_at, specification, selected, selected_at")]
    [InlineData("trials", "id, sweep, ordinal, replicate, configuration, state, attempts, silo, epochs, training_loss, validation_loss, test_loss, best_validation_loss, seconds, theta_sha256, error, started_at, finished_at, stopped_by, theta_epoch, tested_at")]
    [InlineData("losses", "trial, epoch, training, validation")]
    [InlineData("attempts", "trial, term, silo, started_at, ended_at, outcome")]
    [InlineData("snapshots", "trial, epoch, parameters")]
    [InlineData("silos", "id, host, engine, slots, started_at, heartbeat_at, state")]
    [InlineData("fits", "trial, row, part, x, target, prediction, spread, mean, output")]
    [InlineData("data_sets", "trial, sha256, rows, inputs, irreducible_error, targets, classes")]
    public async Task A_view_has_exactly_the_contracts_columns_each_with_a_comment(string view, string columns)
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        Assert.Equal(columns, await ledger.AskAsync<string>($"select string_agg(column_name, ', ' order by ordinal_position) from information_schema.columns where table_schema = 'public' and table_name = '{view}'"));
        Assert.Null(await ledger.AskAsync<string>($"select attname::text from pg_attribute where attrelid = 'public.{view}'::regclass and attnum > 0 and col_description(attrelid, attnum) is null"));
        Assert.NotNull(await ledger.AskAsync<string>($"select obj_description('public.{view}'::regclass)"));
    }

    [Fact]
    public async Task Nothing_else_is_in_public()
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        Assert.Equal(8, await ledger.AskAsync<long>("select count(*) from pg_class c where relnamespace = 'public'::regnamespace"));
    }
}
