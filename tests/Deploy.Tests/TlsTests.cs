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
            Assert.Contains(options == "sslmode=disable" ? "refuses the login" : "is refused (", result.Error);
        }
    }

    [Fact]
    public async Task A_certificate_that_has_ended_and_a_server_without_any_are_refused_where_one_is_asked_for()
    {
        var folder = Directory.CreateTempSubdirectory("sweep-tls-tests-").FullName;
        File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        var (root, certificate, key) = ($"{folder}/root.crt", $"{folder}/server.crt", $"{folder}/server.key");
        using (var authority = new Authority("the last decade's"))
        {
            authority.WriteRoot(root);
            authority.WriteServer(certificate, key, ended: true);
        }
        if (Environment.IsPrivilegedProcess) Shell.Run("chown", "postgres", certificate, key);
        foreach (var (settings, mode, says) in ((string, string, string)[])[
            ($"-c ssl=on -c ssl_cert_file={certificate} -c ssl_key_file={key}", "verify-full", "is refused \\(.*it must be in force"),
            ("", "require", "SSL connection requested"), ("", "verify-full", "SSL connection requested")])
        {
            var port = SharedServer.FreePort();
            using var other = new PostgresServer(listen: "localhost", settings: $"-c port={port} {settings}");
            var result = await server.RunAsync($"postgresql://tester@localhost:{port}/postgres?sslmode={mode}&sslrootcert={root}", "list");
            Assert.Equal(3, result.Code);
            Assert.Matches(says, result.Error);
        }
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_client_s_certificate_that_is_none_is_named_and_is_no_mistake_of_ours()
    {
        foreach (var files in (string[])["sslrootcert=/nowhere.crt&sslmode=verify-full", $"sslrootcert={Path.Combine(AppContext.BaseDirectory, "sweep.deps.json")}&sslmode=verify-full", $"sslcert={server.Root}&sslkey={server.Root}&sslmode=require", $"sslcert={server.Root}&sslkey=/nowhere.key&sslmode=require"])
        {
            var result = await server.RunAsync(server.Url(server.NewDatabase(), options: files), "list");
            Assert.Equal((files, 3), (files, result.Code));
            Assert.Matches("^sweep: a certificate or key in the address of postgresql://keeper@localhost:\\d+/\\w+ cannot be used \\(.*\\): sslrootcert, sslcert and sslkey are files in PEM", result.Error);
        }
    }

    [Fact]
    public async Task The_service_answers_over_https_with_the_certificate_it_was_given()
    {
        var (root, certificate, key) = (Path.Combine(server.Folder, "web-root.crt"), Path.Combine(server.Folder, "web.crt"), Path.Combine(server.Folder, "web.key"));
        using (var authority = new Authority("the web's"))
        {
            authority.WriteRoot(root);
            authority.WriteServer(certificate, key, withAddress: true, between: true);
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

    [Fact]
    public async Task A_certificate_of_the_service_that_cannot_serve_is_refused_with_what_is_expected()
    {
        var (certificate, key, other, ended, bytes) = (At("own.crt"), At("own.key"), At("other.key"), At("ended.crt"), At("own.pfx"));
        using (var authority = new Authority("a third"))
        {
            authority.WriteServer(certificate, other);
            authority.WriteServer(certificate, key);
            authority.WriteServer(ended, At("ended.key"), ended: true);
        }
        await File.WriteAllBytesAsync(bytes, [0x30, 0x82, 1, 2, 3, 0, 255]);
        foreach (var (one, two, says) in ((string, string?, string)[])[(certificate, other, "is PEM"), (bytes, bytes, "openssl pkcs12"), (certificate, "/nowhere.key", "Could not find"), (certificate, null, "belong together")])
        {
            var result = await server.RunAsync(server.Url(server.NewDatabase()), ["reports", "--urls", "https://127.0.0.1:0", "--certificate", one, .. two is null ? (string[])[] : ["--key", two]]);
            Assert.Equal(2, result.Code);
            Assert.Contains(says, result.Error);
        }

        File.SetUnixFileMode(At("ended.key"), UnixFileMode.UserRead | UnixFileMode.OtherRead);
        var service = server.Start(server.Url(server.NewDatabase()), ["reports", "--urls", "https://127.0.0.1:0", "--certificate", ended, "--key", At("ended.key")]);
        await service.LineAsync(line => line.Contains("the certificate ended on 2021-01-01", StringComparison.Ordinal));
        await service.LineAsync(line => line.Contains($"other users of this machine can read {At("ended.key")}: chmod 600", StringComparison.Ordinal));
        service.Kill();

        string At(string name) => Path.Combine(server.Folder, name);
    }
}
