using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SweepCluster.Client;

/// <summary>What the web service shows of itself over https: --certificate and --key.</summary>
/// <param name="Chain">The certificates that stand below it in its file, up to an authority that browsers know.</param>
internal sealed record ServiceCertificate(X509Certificate2 Certificate, X509Certificate2Collection Chain)
{
    private const string Expected = "a certificate is PEM, those of its authorities below it (fullchain.pem), and its key unencrypted PEM; `openssl pkcs12 -in FILE.pfx -nodes -out FILE.pem` makes both of a .pfx";

    /// <returns>Null where neither is named.</returns>
    /// <exception cref="UserMistake">One without the other, or files that do not hold a certificate and its key.</exception>
    public static ServiceCertificate? Read(string? certificate, string? key)
    {
        if (certificate is null && key is null)
            return null;
        if (certificate is null || key is null)
            throw new UserMistake("--certificate and --key belong together");
        try
        {
            var own = X509Certificate2.CreateFromPemFile(certificate, key);
            SecretFile.Check(key);
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(certificate);
            return new ServiceCertificate(own, [.. chain.Skip(1)]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserMistake($"--certificate {certificate}, --key {key}: {e.Message}");
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new UserMistake($"--certificate {certificate}, --key {key}: {e.Message.Split('\n')[0]} {Expected}");
        }
    }

    /// <summary>Why browsers will refuse it at this moment; null where they need not.</summary>
    /// <param name="now">Local, as certificates are read.</param>
    public string? Problem(DateTime now) =>
        now > Certificate.NotAfter ? $"the certificate ended on {Certificate.NotAfter:yyyy-MM-dd}: browsers refuse it"
        : now < Certificate.NotBefore ? $"the certificate begins on {Certificate.NotBefore:yyyy-MM-dd}: browsers refuse it"
        : null;
}
