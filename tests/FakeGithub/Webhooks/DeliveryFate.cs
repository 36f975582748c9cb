namespace Hub.FakeGithub;

/// <summary>What becomes of a delivery.</summary>
public enum DeliveryFate
{
    /// <summary>Sent once, and noted with its answer.</summary>
    Arrives,

    /// <summary>Not sent, and noted as one that could not be: only a redelivery brings it.</summary>
    Fails,

    /// <summary>Neither sent nor noted, as in an outage of GitHub or for an event of more than 25 MB: only reading everything again finds the change.</summary>
    Vanishes,

    /// <summary>Sent, and sent again under the same id as if the answer had been lost.</summary>
    ArrivesTwice,
}
