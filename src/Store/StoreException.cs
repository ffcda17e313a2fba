namespace SweepCluster.Store;

/// <summary>The store cannot be used; the message is one sentence for the user, and the command ends with exit code 3.</summary>
public abstract class StoreException(string message, Exception? inner) : Exception(message, inner);

/// <summary>No server answers there, or it is not ready.</summary>
public sealed class StoreUnreachableException(string message, Exception? inner = null) : StoreException(message, inner);

/// <summary>The store was made by a newer version of this program.</summary>
public sealed class StoreNewerException(string message) : StoreException(message, null);

/// <summary>Tables that a store has are missing, or somebody else's are in their place.</summary>
public sealed class StoreForeignException(string message, Exception inner) : StoreException(message, inner);

/// <summary>A sweep's specification says what this version of the program does not know.</summary>
public sealed class SweepNotUnderstoodException(string message, Exception inner) : StoreException(message, inner);

/// <summary>The role may not log in, or may not do what the program needs.</summary>
public sealed class StoreRightsException(string message, Exception? inner = null) : StoreException(message, inner);
