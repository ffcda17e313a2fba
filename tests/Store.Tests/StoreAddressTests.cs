using Npgsql;

namespace SweepCluster.Store.Tests;

public class StoreAddressTests
{
    [Theory]
    [InlineData("postgresql://ann:s%40fe@db.example:6543/sweeps", "db.example", 6543, "ann", "s@fe", "sweeps")]
    [InlineData("postgres://db/sweeps", "db", 5432, null, null, "sweeps")]
    [InlineData("postgresql://ann@/sweeps?host=/var/run/postgresql", "/var/run/postgresql", 5432, "ann", null, "sweeps")]
    [InlineData("postgresql:///sweeps?host=/var/run/postgresql", "/var/run/postgresql", 5432, null, null, "sweeps")]
    [InlineData("postgresql:///sweeps", "localhost", 5432, null, null, "sweeps")]
    public void An_address_is_read(string url, string host, int port, string? user, string? password, string database)
    {
        var read = new NpgsqlConnectionStringBuilder(StoreAddress.Parse(url).ConnectionString);
        Assert.Equal((host, port, user, password, database), (read.Host, read.Port, read.Username, read.Password, read.Database));
    }

    [Theory]
    [InlineData("")]
    [InlineData("db/sweeps")]
    [InlineData("https://db/sweeps")]
    [InlineData("postgresql://ann:secret@db")]
    [InlineData("postgresql://ann:secret@db/sweeps?colour=blue")]
    [InlineData("postgresql://ann:secret@db/sweeps?sslmode=perhaps")]
    public void A_wrong_address_is_one_sentence_without_the_password(string url)
    {
        var error = Assert.Throws<FormatException>(() => StoreAddress.Parse(url));
        Assert.Contains("postgresql://user:password@host", error.Message);
        Assert.DoesNotContain("secret", error.Message);
    }

    [Fact]
    public void Its_text_never_shows_the_password()
    {
        var address = StoreAddress.Parse("postgresql://ann:secret@db/sweeps?sslmode=require");
        Assert.Equal("postgresql://ann@db:5432/sweeps", address.ToString());
    }
}
