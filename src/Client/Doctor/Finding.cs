namespace SweepCluster.Client.Doctor;

/// <summary>What doctor found about one thing, and what to do about it if it is not well.</summary>
internal sealed record Finding(string Subject, Health Health, string Found, string? Advice = null)
{
    public static Finding Well(string subject, string found) => new(subject, Health.Well, found);
}

internal enum Health
{
    Well,

    /// <summary>Works, but not as well as it could.</summary>
    Weak,

    /// <summary>Something will not work.</summary>
    Ill,
}
