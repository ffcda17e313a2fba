using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace SweepCluster.Client.Progress;

/// <summary>Keeps the silo's warnings until the view can show them: two writers on one terminal would spoil the picture.</summary>
internal sealed class NoteLog : ILoggerFactory, ILogger
{
    private readonly ConcurrentQueue<string> _notes = new();

    public void Add(string note) => _notes.Enqueue(note);

    public string? Take() => _notes.TryDequeue(out var note) ? note : null;

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) { }

    public void Dispose() { }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
            Add(formatter(state, exception));
    }
}
