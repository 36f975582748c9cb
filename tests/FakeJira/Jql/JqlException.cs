namespace Hub.FakeJira;

/// <summary>A query that Jira would refuse with 400; the message is what it would say.</summary>
public sealed class JqlException(string message) : Exception(message);
