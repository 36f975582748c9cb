namespace Hub.SharedKernel.Secrets;

/// <summary>Secrets cannot be read or written: the master key is missing, misshapen or another one. The message is for the operator and tells the way out.</summary>
public sealed class MasterKeyException(string message) : Exception(message);
