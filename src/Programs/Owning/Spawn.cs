using System.Runtime.InteropServices;

namespace SweepCluster.Programs.Owning;

/// <summary>
/// Starts a program as the leader of a session and a process group of its own. posix_spawn and not fork: this process has threads, and
/// its memory need not be copied. No shell: each argument arrives as it is.
/// </summary>
internal static class Spawn
{
    private const short SetSignalsToDefault = 0x04;
    private const short SetMask = 0x08;
    private const short SetSession = 0x80;

    // glibc's and musl's attribute and action records are smaller on every machine.
    private const int RecordBytes = 1024;

    // What this process ignores or handles must not be ignored in the program: HUP, INT, QUIT, USR1, USR2, PIPE, ALRM, TERM, CHLD, TSTP, TTIN, TTOU.
    private const long Defaults = (1L << 0) | (1L << 1) | (1L << 2) | (1L << 9) | (1L << 11) | (1L << 12) | (1L << 13) | (1L << 14) | (1L << 16) | (1L << 19) | (1L << 20) | (1L << 21);

    /// <param name="file">With its path.</param>
    /// <param name="input">Becomes its standard input; -1 for nothing to read.</param>
    /// <param name="output">Likewise; -1 for nowhere.</param>
    /// <returns>The process, or what the system says against it.</returns>
    public static (int Process, string? Problem) Start(
        string file, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment, string directory, int input, int output, int error)
    {
        using var memory = new Texts();
        var (actions, attributes) = (memory.Block(RecordBytes), memory.Block(RecordBytes));
        posix_spawn_file_actions_init(actions);
        posix_spawnattr_init(attributes);
        try
        {
            Redirect(actions, 0, input, 0);
            Redirect(actions, 1, output, 1);
            Redirect(actions, 2, error, 1);
            posix_spawn_file_actions_addchdir_np(actions, directory);
            CloseOthers(actions);
            var signals = memory.Block(128);
            posix_spawnattr_setsigmask(attributes, signals);
            Marshal.WriteInt64(signals, Defaults);
            posix_spawnattr_setsigdefault(attributes, signals);
            posix_spawnattr_setflags(attributes, SetSignalsToDefault | SetMask | SetSession);
            var problem = posix_spawn(
                out var process, file, actions, attributes, memory.List([file, .. arguments]), memory.List(environment.Select(e => $"{e.Key}={e.Value}")));
            return problem == 0 ? (process, null) : (0, Marshal.GetPInvokeErrorMessage(problem));
        }
        finally
        {
            posix_spawn_file_actions_destroy(actions);
            posix_spawnattr_destroy(attributes);
        }
    }

    private static void Redirect(nint actions, int descriptor, int from, int flags)
    {
        if (from < 0) posix_spawn_file_actions_addopen(actions, descriptor, "/dev/null", flags, 0);
        else posix_spawn_file_actions_adddup2(actions, from, descriptor);
    }

    // .NET's own close by themselves; what this process was started with would go on to the program.
    private static void CloseOthers(nint actions)
    {
        try
        {
            posix_spawn_file_actions_addclosefrom_np(actions, 3);
        }
        catch (EntryPointNotFoundException)
        {
            // glibc before 2.34, and musl.
        }
    }

    /// <summary>Memory that lasts as long as the call.</summary>
    private sealed class Texts : IDisposable
    {
        private readonly List<nint> _blocks = [];

        public nint Block(int bytes)
        {
            var block = Marshal.AllocHGlobal(bytes);
            _blocks.Add(block);
            for (var i = 0; i < bytes; i += sizeof(long)) Marshal.WriteInt64(block, i, 0);
            return block;
        }

        /// <summary>As C passes lists of texts: ended by a null.</summary>
        public nint[] List(IEnumerable<string> texts) => [.. texts.Select(Text), nint.Zero];

        private nint Text(string text)
        {
            var block = Marshal.StringToCoTaskMemUTF8(text);
            _texts.Add(block);
            return block;
        }

        private readonly List<nint> _texts = [];

        public void Dispose()
        {
            _blocks.ForEach(Marshal.FreeHGlobal);
            _texts.ForEach(Marshal.FreeCoTaskMem);
        }
    }

#pragma warning disable IDE1006, SYSLIB1054, CA5392 // see Posix
    [DllImport("libc", BestFitMapping = false)]
    private static extern int posix_spawn(
        out int process, [MarshalAs(UnmanagedType.LPUTF8Str)] string file, nint actions, nint attributes, nint[] arguments, nint[] environment);
    [DllImport("libc")] private static extern void posix_spawn_file_actions_init(nint actions);
    [DllImport("libc")] private static extern void posix_spawn_file_actions_destroy(nint actions);
    [DllImport("libc")] private static extern void posix_spawn_file_actions_adddup2(nint actions, int from, int to);
    [DllImport("libc", BestFitMapping = false)]
    private static extern void posix_spawn_file_actions_addopen(nint actions, int descriptor, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, int mode);
    [DllImport("libc", BestFitMapping = false)]
    private static extern void posix_spawn_file_actions_addchdir_np(nint actions, [MarshalAs(UnmanagedType.LPUTF8Str)] string path);
    [DllImport("libc")] private static extern void posix_spawn_file_actions_addclosefrom_np(nint actions, int from);
    [DllImport("libc")] private static extern void posix_spawnattr_init(nint attributes);
    [DllImport("libc")] private static extern void posix_spawnattr_destroy(nint attributes);
    [DllImport("libc")] private static extern void posix_spawnattr_setsigmask(nint attributes, nint signals);
    [DllImport("libc")] private static extern void posix_spawnattr_setsigdefault(nint attributes, nint signals);
    [DllImport("libc")] private static extern void posix_spawnattr_setflags(nint attributes, short flags);
#pragma warning restore IDE1006, SYSLIB1054, CA5392
}
