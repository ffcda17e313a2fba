namespace SweepCluster.Reports.Access;

/// <summary>All tokens of a service. Looking one up takes the same time whether and where it is found.</summary>
internal sealed class TokenRing(IReadOnlyList<AccessToken> tokens)
{
    public bool IsEmpty => tokens.Count == 0;

    /// <summary>Place of the token with this secret; −1 if there is none. Of equal secrets the last counts.</summary>
    public int Find(string secret)
    {
        var hash = AccessToken.Hash(secret);
        var found = -1;
        for (var i = 0; i < tokens.Count; i++)
            found = tokens[i].Matches(hash) ? i : found;
        return found;
    }

    public AccessRole Role(int place) => tokens[place].Role;

    public bool Has(int place) => place >= 0 && place < tokens.Count;
}
