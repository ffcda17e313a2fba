using System.Runtime.InteropServices;

namespace SweepCluster.Programs.Owning;

/// <summary>What System.Diagnostics.Process cannot say: a session of one's own, pipes to poll, signals to a group. Linux's numbers.</summary>
internal static class Posix
{
    public const int SigKill = 9;
    public const int SigTerm = 15;
    public const int SigCont = 18;

    public const short PollIn = 1;

    private const int Eintr = 4;
    private const int CloseOnExec = 0x80000;
    private const int NonBlocking = 0x800;
    private const int SetFlags = 4; // F_SETFL

    [StructLayout(LayoutKind.Sequential)]
    public struct PollEntry
    {
        public int Descriptor;
        public short Events;
        public short Found;
    }

    /// <summary>Both ends close by themselves in any program started later; reading never waits.</summary>
    public static (int Read, int Write) Pipe()
    {
        var ends = new int[2];
        Check(pipe2(ends, CloseOnExec), "pipe");
        Check(fcntl(ends[0], SetFlags, NonBlocking), "fcntl");
        return (ends[0], ends[1]);
    }

    public static void Blocking(int descriptor) => Check(fcntl(descriptor, SetFlags, 0), "fcntl");

    /// <summary>A bell that <see cref="Poll"/> hears.</summary>
    public static int Bell()
    {
        var bell = eventfd(0, CloseOnExec | NonBlocking);
        Check(bell, "eventfd");
        return bell;
    }

    public static void Ring(int bell) => write(bell, BitConverter.GetBytes(1L), 8);

    /// <summary>Readable once the process has ended; -1 where the kernel has no such thing.</summary>
    public static int EndOf(int process) => (int)syscall(434, process, 0); // pidfd_open, the same number on every architecture

    /// <param name="milliseconds">-1: without end.</param>
    public static void Poll(PollEntry[] entries, int milliseconds)
    {
        if (poll(entries, (nuint)entries.Length, milliseconds) >= 0) return;
        foreach (ref var entry in entries.AsSpan()) entry.Found = 0;
        if (Marshal.GetLastPInvokeError() is not Eintr and var error) throw new IOException($"poll: {Marshal.GetPInvokeErrorMessage(error)}");
    }

    /// <returns>Bytes read; 0 at the end; -1 when there is nothing now.</returns>
    public static int Read(int descriptor, byte[] into)
    {
        while (true)
        {
            var read = (int)Posix.read(descriptor, into, (nuint)into.Length);
            if (read >= 0 || Marshal.GetLastPInvokeError() != Eintr) return read;
        }
    }

    /// <returns>Whether all of it went to the other side.</returns>
    public static bool Write(int descriptor, byte[] bytes) => write(descriptor, bytes, (nuint)bytes.Length) == bytes.Length;

    public static void Close(int descriptor)
    {
        if (descriptor >= 0) _ = close(descriptor);
    }

    /// <param name="process">Negative: all of the group with this number.</param>
    /// <returns>False where there is no such process any more, or it is not ours.</returns>
    public static bool Signal(int process, int signal) => kill(process, signal) == 0;

    /// <summary>Whether the child has ended, without taking its end away from <see cref="Reap"/>.</summary>
    public static bool HasEnded(int child)
    {
        var information = new byte[128]; // siginfo_t; the process id is 0 while nothing has ended
        return waitid(1, child, information, 4 | 1 | 0x01000000) == 0 && information.AsSpan(0, 24).IndexOfAnyExcept((byte)0) >= 0;
    }

    /// <summary>Takes the end of a child that has ended: its exit code, or the signal that killed it.</summary>
    public static (int? Code, int? Signal) Reap(int child)
    {
        int status;
        while (waitpid(child, out status, 0) < 0)
        {
            if (Marshal.GetLastPInvokeError() != Eintr) return (null, null); // somebody else of this process took it
        }
        return (status & 0x7F) == 0 ? ((status >> 8) & 0xFF, null) : (null, status & 0x7F);
    }

    /// <summary>Sets soft and hard limit of another process.</summary>
    public static void Limit(int process, int resource, long most) => _ = prlimit(process, resource, [(ulong)most, (ulong)most], nint.Zero);

    /// <summary>A file that can be read without waiting, whatever it turns out to be (a pipe without a writer would block for ever).</summary>
    public static int OpenForReading(string path) => open(path, CloseOnExec | NonBlocking, 0);

    /// <summary>Whether there is such a file, through links; one whose link leads nowhere is none.</summary>
    public static bool Exists(string path) => access(path, 0) == 0;

    /// <summary>Whether this user may execute it, or enter it.</summary>
    public static bool MayExecute(string path) => access(path, 1) == 0;

    internal static void Check(int answer, string call)
    {
        if (answer < 0) throw new IOException($"{call}: {Marshal.GetLastPInvokeErrorMessage()}");
    }

#pragma warning disable IDE1006, SYSLIB1054, CA5392 // libc's own names; blittable but for strings; libc is where the loader says
    [DllImport("libc", SetLastError = true)] private static extern int pipe2(int[] ends, int flags);
    [DllImport("libc", SetLastError = true)] private static extern int fcntl(int descriptor, int command, int argument);
    [DllImport("libc", SetLastError = true)] private static extern int eventfd(uint value, int flags);
    [DllImport("libc", SetLastError = true)] private static extern long syscall(long number, long first, long second);
    [DllImport("libc", SetLastError = true)] private static extern int poll([In, Out] PollEntry[] entries, nuint count, int milliseconds);
    [DllImport("libc", SetLastError = true)] private static extern nint read(int descriptor, [Out] byte[] into, nuint count);
    [DllImport("libc", SetLastError = true)] private static extern nint write(int descriptor, byte[] bytes, nuint count);
    [DllImport("libc", SetLastError = true)] private static extern int close(int descriptor);
    [DllImport("libc", SetLastError = true)] private static extern int kill(int process, int signal);
    [DllImport("libc", SetLastError = true)] private static extern int waitid(int kind, int child, [Out] byte[] information, int options);
    [DllImport("libc", SetLastError = true)] private static extern int waitpid(int child, out int status, int options);
    [DllImport("libc", SetLastError = true)] private static extern int prlimit(int process, int resource, ulong[] limit, nint old);
    [DllImport("libc", SetLastError = true, BestFitMapping = false)] private static extern int open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, int mode);
    [DllImport("libc", BestFitMapping = false)] private static extern int access([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int mode);
#pragma warning restore IDE1006, SYSLIB1054, CA5392
}
