using System.Formats.Tar;
using SweepCluster.Programs.Arrays;

namespace SweepCluster.Programs.Keeping;

/// <summary>
/// The folder in which a program keeps what it needs to go on, as one run of bytes for the store: a tar of its files and folders. Links,
/// devices and names that are not UTF-8 are left out; nothing outside the folder is read or written.
/// </summary>
public static class CheckpointFolder
{
    /// <summary>Larger ones belong on a file system that silos share.</summary>
    public const long MostBytes = 64 * 1024 * 1024;

    /// <summary>Folders count too.</summary>
    public const int MostFiles = 10_000;

    /// <summary>What changes when anything in the folder does: files, sizes and times.</summary>
    /// <returns>0: nothing in it.</returns>
    public static int Print(string folder)
    {
        var print = new HashCode();
        var any = false;
        foreach (var file in Files(folder))
        {
            any = true;
            print.Add(file);
        }
        return any ? print.ToHashCode() | 1 : 0;
    }

    /// <exception cref="InvalidDataException">It is larger than allowed; the message says by how much.</exception>
    public static byte[] Pack(string folder)
    {
        using var content = new MemoryStream();
        content.Write(Magic);
        // GNU's form and not pax's: .NET does not read a line feed in a name back from that.
        using (var tar = new TarWriter(content, TarEntryFormat.Gnu, leaveOpen: true))
        {
            var (files, bytes) = (0, 0L);
            foreach (var file in Files(folder))
            {
                bytes += file.Length;
                if (++files > MostFiles) throw new InvalidDataException($"SWEEP_CHECKPOINT: at most {MostFiles:N0} files are kept, found more");
                if (bytes > MostBytes) throw new InvalidDataException($"SWEEP_CHECKPOINT: at most {MostBytes:N0} bytes are kept, found {bytes:N0} and more; keep less, or keep it on a file system that silos share");
                Add(tar, folder, file, ref bytes);
            }
        }
        return content.ToArray();
    }

    /// <summary>Fills an empty folder with what was packed.</summary>
    /// <exception cref="InvalidDataException">These are not <see cref="Pack"/>'s bytes.</exception>
    public static void Unpack(byte[] content, string folder)
    {
        if (!content.AsSpan().StartsWith(Magic)) throw new InvalidDataException("the checkpoint is not that of a program");
        try
        {
            using var stream = new MemoryStream(content, Magic.Length, content.Length - Magic.Length);
            TarFile.ExtractToDirectory(stream, folder, overwriteFiles: false);
        }
        catch (Exception e) when (e is IOException or FormatException or ArgumentException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"the checkpoint cannot be unpacked: {e.Message}", e);
        }
    }

    private static ReadOnlySpan<byte> Magic => "SWEEPTAR1\n"u8;

    private static void Add(TarWriter tar, string folder, Seen file, ref long bytes)
    {
        try
        {
            var name = Path.GetRelativePath(folder, file.Path);
            if (file.IsFolder)
            {
                tar.WriteEntry(new GnuTarEntry(TarEntryType.Directory, name) { Mode = file.Mode, ModificationTime = new DateTimeOffset(file.Written) });
                return;
            }
            // Read whole first: a file that grows while it is written to the archive would spoil it.
            var content = BoundedFile.Read(file.Path, MostBytes - bytes + file.Length);
            bytes += content.Length - file.Length;
            tar.WriteEntry(new GnuTarEntry(TarEntryType.RegularFile, name)
            {
                DataStream = new MemoryStream(content),
                Mode = file.Mode,
                ModificationTime = new DateTimeOffset(file.Written),
            });
        }
        catch (Exception e) when (e is InvalidDataException or FileNotFoundException or DirectoryNotFoundException)
        {
            // Renamed or removed meanwhile, or a pipe: as if it had not been there.
        }
    }

    // The program goes on meanwhile: what is renamed or removed while it is looked at is not there.
    private static List<Seen> Files(string folder)
    {
        var seen = new List<Seen>();
        var everything = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint | FileAttributes.Device, IgnoreInaccessible = true };
        try
        {
            foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos("*", everything))
            {
                if (entry is { Exists: true, LinkTarget: null }) seen.Add(new Seen(entry.FullName, entry is DirectoryInfo, (entry as FileInfo)?.Length ?? 0, entry.LastWriteTimeUtc, entry.UnixFileMode));
                if (seen.Count > MostFiles) break;
            }
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // A whole folder went; the next look finds the rest.
        }
        seen.Sort((one, other) => string.CompareOrdinal(one.Path, other.Path));
        return seen;
    }

    private readonly record struct Seen(string Path, bool IsFolder, long Length, DateTime Written, UnixFileMode Mode);
}
