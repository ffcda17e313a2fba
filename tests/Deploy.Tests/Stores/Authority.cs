using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SweepCluster.Deploy.Tests.Stores;

/// <summary>A certificate authority of a test's own, for a server called localhost.</summary>
internal sealed class Authority : IDisposable
{
    private static readonly DateTimeOffset From = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Until = new(2120, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly X509Certificate2 _root;

    public Authority(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        _root = Request(name, key).CreateSelfSigned(From, Until);
    }

    public void WriteRoot(string file) => File.WriteAllText(file, _root.ExportCertificatePem());

    /// <param name="withAddress">Valid for 127.0.0.1 as well as for the name.</param>
    /// <param name="ended">Its time is over.</param>
    /// <param name="between">From an authority under this one, whose certificate stands below it in the file.</param>
    public void WriteServer(string certificate, string key, bool withAddress = false, bool ended = false, bool between = false)
    {
        using var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", own, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        if (withAddress) names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var middle = between ? Middle() : null;
        using var issued = request.Create(middle ?? _root, From, ended ? From.AddYears(1) : Until, [1, 2, 3, 4]);
        File.WriteAllText(certificate, $"{issued.ExportCertificatePem()}\n{middle?.ExportCertificatePem()}");
        File.WriteAllText(key, own.ExportPkcs8PrivateKeyPem());
        File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    private X509Certificate2 Middle()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var issued = Request("between", key).Create(_root, From, Until, [5, 6, 7, 8]);
        return issued.CopyWithPrivateKey(key);
    }

    private static CertificateRequest Request(string name, ECDsa key)
    {
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        return request;
    }

    public void Dispose() => _root.Dispose();
}
