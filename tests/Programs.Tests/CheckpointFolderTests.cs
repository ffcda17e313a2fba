using SweepCluster.Programs.Keeping;

namespace SweepCluster.Programs.Tests;

public sealed class CheckpointFolderTests : IDisposable
{
    private readonly string _from = Directory.CreateTempSubdirectory("sweep-from-").FullName;
    private readonly string _to = Directory.CreateTempSubdirectory("sweep-to-").FullName;

    public void Dispose()
    {
        Directory.Delete(_from, recursive: true);
        Directory.Delete(_to, recursive: true);
    }

    [Fact]
    public void A_folder_arrives_as_it_left_without_links_and_pipes()
    {
        Directory.CreateDirectory(Path.Combine(_from, "deep", "er"));
        File.WriteAllText(Path.Combine(_from, "deep", "er", "state.json"), "{}");
        File.WriteAllBytes(Path.Combine(_from, "θ.bin"), [1, 2, 3]);
        File.SetUnixFileMode(Path.Combine(_from, "θ.bin"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.CreateSymbolicLink(Path.Combine(_from, "passwd"), "/etc/passwd");
        Directory.CreateSymbolicLink(Path.Combine(_from, "all"), "/");
        using (var made = System.Diagnostics.Process.Start("mkfifo", Path.Combine(_from, "pipe"))) made.WaitForExit();

        CheckpointFolder.Unpack(CheckpointFolder.Pack(_from), _to);

        Assert.Equal(["deep/er/state.json", "θ.bin"], Directory.GetFiles(_to, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(_to, f)).Order(StringComparer.Ordinal));
        Assert.Equal([1, 2, 3], File.ReadAllBytes(Path.Combine(_to, "θ.bin")));
        Assert.True(File.GetUnixFileMode(Path.Combine(_to, "θ.bin")).HasFlag(UnixFileMode.UserExecute));
    }

    [Fact]
    public void Folders_and_strange_names_arrive_too()
    {
        var deep = Directory.CreateDirectory(Path.Combine([_from, .. Enumerable.Repeat("d", 60)])).FullName;
        string[] names = ["a\nb", " -rf", "back\\slash", "..dots", new string('θ', 100), "d"];
        foreach (var name in names) File.WriteAllText(Path.Combine(deep, name), name);
        Directory.CreateDirectory(Path.Combine(_from, "empty"));

        CheckpointFolder.Unpack(CheckpointFolder.Pack(_from), _to);

        Assert.True(Directory.Exists(Path.Combine(_to, "empty")));
        Assert.All(names, name => Assert.Equal(name, File.ReadAllText(Path.Combine([_to, .. Enumerable.Repeat("d", 60), name]))));
    }

    [Fact]
    public void Too_many_files_say_so()
    {
        for (var i = 0; i <= CheckpointFolder.MostFiles; i++) Directory.CreateDirectory(Path.Combine(_from, $"{i}"));
        Assert.Equal("SWEEP_CHECKPOINT: at most 10,000 files are kept, found more", Assert.Throws<InvalidDataException>(() => CheckpointFolder.Pack(_from)).Message);
    }

    [Fact]
    public void Its_print_changes_with_it()
    {
        Assert.Equal(0, CheckpointFolder.Print(_from));
        File.WriteAllText(Path.Combine(_from, "a"), "1");
        var one = CheckpointFolder.Print(_from);
        Assert.Equal(one, CheckpointFolder.Print(_from));
        File.AppendAllText(Path.Combine(_from, "a"), "2");
        Assert.NotEqual(one, CheckpointFolder.Print(_from));
    }

    [Fact]
    public async Task A_folder_is_packed_while_its_program_goes_on_writing_and_renaming()
    {
        using var stop = new CancellationTokenSource();
        var state = Path.Combine(_from, "state");
        File.WriteAllText(state, "0");
        var writing = Task.Run(() =>
        {
            for (var i = 1; !stop.IsCancellationRequested; i++)
            {
                File.WriteAllText(state + ".new", $"{i}");
                File.Move(state + ".new", state, overwrite: true);
            }
        });
        for (var i = 0; i < 500; i++)
        {
            CheckpointFolder.Print(_from);
            var to = Directory.CreateDirectory(Path.Combine(_to, $"{i}")).FullName;
            CheckpointFolder.Unpack(CheckpointFolder.Pack(_from), to);
            Assert.True(int.TryParse(File.ReadAllText(Path.Combine(to, "state")), out _));
        }
        await stop.CancelAsync();
        await writing;
    }

    [Fact]
    public void A_folder_that_is_too_large_says_so()
    {
        using (var large = File.Create(Path.Combine(_from, "large"))) large.SetLength(CheckpointFolder.MostBytes + 1);
        Assert.StartsWith("SWEEP_CHECKPOINT: at most 67,108,864 bytes are kept, found 67,108,865", Assert.Throws<InvalidDataException>(() => CheckpointFolder.Pack(_from)).Message);
    }

    [Fact]
    public void Bytes_of_something_else_are_refused()
    {
        Assert.Throws<InvalidDataException>(() => CheckpointFolder.Unpack("SWP2 another trainer's"u8.ToArray(), _to));
        var cut = CheckpointFolder.Pack(WithFile());
        Assert.Throws<InvalidDataException>(() => CheckpointFolder.Unpack(cut[..700], _to));
    }

    private string WithFile()
    {
        File.WriteAllBytes(Path.Combine(_from, "state"), new byte[5000]);
        return _from;
    }
}
