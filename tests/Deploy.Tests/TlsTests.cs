using System.Net;
using SweepCluster.Deploy.Tests.Stores;

namespace SweepCluster.Deploy.Tests;

/// <summary>The way to the store and the way to the service, encrypted, and checked for who is at the other end.</summary>
[Collection(OneSharedServer.Name)]
public sealed class TlsTests(SharedServer server)
{
    [Theory]
    [InlineData("localhost", "verify-full")]
    [InlineData("127.0.0.1", "verify-ca")] // the certificate is of the name alone
    public async Task A_store_whose_certificate_is_right_is_reached(string host, string mode)
    {
        var result = await server.RunAsync(server.Url(server.NewDatabase(), host: host, options: $"sslmode={mode}&sslrootcert={server.Root}"), "db", "migrate");
        Assert.True(result.Code == 0, result.Error);
    }

    [Fact]
    public async Task A_store_of_another_authority_of_another_name_or_without_encryption_is_refused()
    {
        var database = server.NewDatabase();
        var foreign = Path.Combine(server.Folder, "foreign.crt");
        using (var authority = new Authority("somebody else's")) authority.WriteRoot(foreign);

        foreach (var (host, options) in ((string, string)[])[
            ("localhost", $"sslmode=verify-full&sslrootcert={foreign}"), ("localhost", "sslmode=verify-full"),
            ("127.0.0.1", $"sslmode=verify-full&sslrootcert={server.Root}"), ("localhost", "sslmode=disable")])
        {
            var result = await server.RunAsync(server.Url(database, host: host, options: options), "db", "migrate");
            Assert.True(result.Code == 3, $"{host} {options}: {result}");
            Assert.DoesNotContain(SharedServer.Password, result.Error);
        }
    }

    [Fact]
    public async Task The_service_answers_over_https_with_the_certificate_it_was_given()
    {
        var (root, certificate, key) = (Path.Combine(server.Folder, "web-root.crt"), Path.Combine(server.Folder, "web.crt"), Path.Combine(server.Folder, "web.key"));
        using (var authority = new Authority("the web's"))
        {
            authority.WriteRoot(root);
            authority.WriteServer(certificate, key, withAddress: true);
        }
        var service = server.Start(server.Url(server.NewDatabase()), ["reports", "--urls", "https://127.0.0.1:0", "--certificate", certificate, "--key", key]);
        var address = await service.LineAsync(line => line.StartsWith("https://", StringComparison.Ordinal));

        var chain = new System.Security.Cryptography.X509Certificates.X509ChainPolicy { TrustMode = System.Security.Cryptography.X509Certificates.X509ChainTrustMode.CustomRootTrust, RevocationMode = System.Security.Cryptography.X509Certificates.X509RevocationMode.NoCheck };
        chain.CustomTrustStore.ImportFromPemFile(root);
        using var knowing = new HttpClient(new SocketsHttpHandler { SslOptions = { CertificateChainPolicy = chain } });
        Assert.Equal(HttpStatusCode.OK, (await knowing.GetAsync($"{address}/health/ready")).StatusCode);
        using var ignorant = new HttpClient();
        await Assert.ThrowsAsync<HttpRequestException>(() => ignorant.GetAsync($"{address}/health/live"));

        service.Signal(System.Runtime.InteropServices.PosixSignal.SIGTERM);
        Assert.Equal(0, (await service.EndAsync()).Code);
    }
}
