using FluentAssertions;
using Hub.Sync.Details;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Hub.Sync.Tests.JiraDetails;

public class DetailWriterTests
{
    [Test]
    public async Task A_comment_without_times_does_not_keep_out_those_that_have_them()
    {
        await using var store = await TicketStore.Open();
        var ticket = (await store.Write(TicketStore.Ticket(1))).Changes.Single().TicketId;
        var source = new DetailSource(TicketStore.Integration, [1, store.Project], "comment", ByWalk: true, DateTimeOffset.UtcNow);
        RemoteDetail[] comments =
        [
            new() { ExternalId = "1", Body = "no one knows when" },
            new() { ExternalId = "2", Body = "known", RemoteCreatedAt = TicketStore.Start, RemoteUpdatedAt = TicketStore.Start.ToOffset(TimeSpan.FromHours(8)) },
        ];
        var counts = await store.In(unit => unit.GetRequiredService<DetailWriter>().Write(source, [new TicketDetails(ticket, comments, Whole: true)], default));
        counts.Created.Should().Be(2);
    }
}
