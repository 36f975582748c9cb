namespace Hub.Host.EmbeddedPostgres;

/// <summary>The embedded database cannot be had. The message is written for the person who starts the hub and says what to do.</summary>
internal sealed class EmbeddedPostgresException(string message, Exception? inner = null) : Exception(message, inner);
