namespace SweepCluster.Client.Doctor;

/// <summary>What doctor found about one thing, and what to do about it if it is not well.</summary>
internal sealed record Finding(string Subject, Health Health, string Found, string? Advice = null)
{
    public static Finding Well(string subject, string found) => new(subject, Health.Well, found);

    public void WriteTo(TextWriter output)
    {
        var mark = Health switch { Health.Well => "ok  ", Health.Weak => "weak", _ => "ILL " };
        output.WriteLine($"{mark}  {Subject,-12}  {Found}");
        if (Advice is not null)
            output.WriteLine($"      {"",-12}  → {Advice}");
    }
}

internal enum Health
{
    Well,

    /// <summary>Works, but not as well as it could.</summary>
    Weak,

    /// <summary>Something will not work.</summary>
    Ill,
}
