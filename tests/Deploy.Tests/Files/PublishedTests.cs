using System.Diagnostics;
using System.Net;
using SweepCluster.Deploy.Tests.Stores;
using SweepCluster.Store;

namespace SweepCluster.Deploy.Tests.Files;

/// <summary>
/// The program as the Dockerfile's first stage builds it, started as the Dockerfile's entry points start it: under the image's user, without capabilities, in a tree that
/// is mounted read-only but for an empty /tmp, with nothing in its environment but what the image sets. Only the ports are others, for
/// somebody may have these.
/// </summary>
[Collection(OneSharedServer.Name)]
public sealed class PublishedTests(SharedServer server)
{
    private string _complaints = "";

    [PublishedFact]
    public async Task Client_silo_and_service_work_as_their_images_start_them()
    {
        var database = server.NewDatabase();
        await using var ledger = await server.OpenAsync(database);
        Assert.Equal(0, (await server.RunAsync(server.Url(database), "db", "roles")).Code);
        var login = server.NewLogin("sweep_silo");
        server.Execute("postgres", $"GRANT sweep_reader TO {login}");

        using (var client = Start("client", database, login, "db", "check"))
        {
            var checkedOut = await client.StandardOutput.ReadToEndAsync();
            await client.WaitForExitAsync();
            Assert.True(client.ExitCode == 0, checkedOut + _complaints);
            Assert.Contains("ok    login", checkedOut);
        }
        using (var help = Start("client", database, login))
            Assert.Contains("Commands:", await help.StandardOutput.ReadToEndAsync());

        var sweep = await ledger.Launch.LaunchAsync(Sweeps.Short(4));
        using (var silo = Start("silo", database, login))
        {
            await ledger.EndedAsync(sweep);
            Assert.Equal(4, await ledger.AskAsync<long>("select count(*) from trials where state = 'Completed'"));
            Assert.Equal(0, await StopAsync(silo));
        }

        using var reports = Start("reports", database, login);
        var address = new Uri((await reports.StandardOutput.ReadLineAsync())!.Replace("*", "127.0.0.1", StringComparison.Ordinal));
        using var http = new HttpClient { BaseAddress = address };
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/health/ready")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync("/api/sweeps")).StatusCode);
        http.DefaultRequestHeaders.Authorization = new("Bearer", "drawn-for-this-test-0");
        Assert.Contains($"{sweep}", await http.GetStringAsync("/api/sweeps"));
        Assert.Contains("<svg", await http.GetStringAsync($"/sweeps/{sweep}/figures/training-losses.svg"));
        Assert.Equal(0, await StopAsync(reports));
    }

    /// <param name="more">Instead of the image's standard arguments, as `docker run IMAGE more` has them.</param>
    private Process Start(string target, string database, string login, params string[] more)
    {
        var words = Dockerfile.EntryPoint(target);
        if (more.Length > 0) words = [words[0], .. more];
        var url = server.Url(database, login, options: "sslmode=verify-full&sslrootcert=/run/secrets/root.crt");
        var variables = Dockerfile.Environment.Select(v => $"{v.Key}={v.Value}").Append("PATH=/usr/bin:/bin");
        var start = new ProcessStartInfo("unshare", ["-m", "--propagation", "private", "sh", "-ceu", Tree, "sh", Image.Program, url, server.Root, .. variables.Append("--"), .. words.Select(Port)])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var process = Process.Start(start)!;
        process.ErrorDataReceived += (_, line) => _complaints += line.Data + "\n";
        process.BeginErrorReadLine();
        return process;
    }

    // In a mount namespace of its own: what a container gives, made by hand.
    private const string Tree =
        """
        program=$1 url=$2 root=$3; shift 3
        mount -t tmpfs -o mode=755 none /run
        mkdir /run/secrets
        printf %s "$url" >/run/secrets/store
        printf 'launch:drawn-for-this-test-0\n' >/run/secrets/tokens
        cp "$root" /run/secrets/root.crt
        chown -R 10001:10001 /run/secrets
        chmod 0400 /run/secrets/*
        mount -t tmpfs -o mode=755 none /usr/local/bin
        cp "$program" /usr/local/bin/sweep
        chmod 0555 /usr/local/bin/sweep
        mount -o remount,bind,ro /run
        mount -o remount,bind,ro /usr/local/bin
        mount -o remount,bind,ro /
        mount -t tmpfs -o mode=1777,size=64m none /tmp
        cd /tmp
        if touch /etc/sweep-was-here 2>/dev/null; then echo 'the tree can be written to' >&2; exit 9; fi
        variables=
        while [ "$1" != -- ]; do variables="$variables $1"; shift; done
        shift
        exec setpriv --reuid=10001 --regid=10001 --clear-groups --no-new-privs --inh-caps=-all --bounding-set=-all env -i $variables "$@"
        """;

    private static string Port(string word) => System.Text.RegularExpressions.Regex.Replace(word, @"^(http://)?\*:(5050|8081)$", "$1*:0");

    private static async Task<int> StopAsync(Process process)
    {
        Shell.Signal("TERM", process.Id);
        await process.WaitForExitAsync();
        return process.ExitCode;
    }
}
