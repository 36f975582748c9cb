using FluentAssertions;
using Hub.Sync.Tickets;
using Hub.TestHarness;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using static Hub.Sync.Tests.TicketStore;

namespace Hub.Sync.Tests;

public class TicketSearchTests
{
    [Test]
    public async Task A_ticket_is_found_by_its_words_of_now_whether_they_are_indexed_or_not()
    {
        await using var store = await Open();
        await store.Write(Ticket(1, 0, "Login fails"), Ticket(2, 0, "Export invoices") with { Description = "as login spreadsheet" });
        await Finds(store, "login", 1, 2);
        (await Index(store)).Should().Be(2);
        (await Index(store)).Should().Be(0);
        await Finds(store, "login", 1, 2);
        await Finds(store, "login -fails", 2);
        await store.Write(Ticket(1, 1, "Logout works"), Ticket(2, 1, "Export invoices") with { Description = "as login spreadsheet", Status = "Done" });
        (await store.Sql<long>("select count(*) from sync.ticket_search_due")).Should().Be(1, "a status is no word");
        await Finds(store, "login", 2);
        await Finds(store, "logout", 1);
        await Index(store);
        await Finds(store, "login", 2);
        await Finds(store, "logout", 1);
        await Finds(store, "hub-", 1, 2);

        await store.In(unit => unit.GetRequiredService<Tombstones>().Raise(store.Event(), ["1"], Start.AddMinutes(2), default));
        await Finds(store, "logout");
        await Finds(store, "logout&deleted=true", 1);
        var stranger = await store.Hub.ClientWith("admin", await store.Hub.CreateScope("tenant", "Other"));
        (await stranger.Get("tickets?search=logout&deleted=true")).Expect(200).GetProperty("items").GetArrayLength().Should().Be(0);
    }

    [Test]
    public async Task Searches_are_exact_while_writers_and_indexers_are_at_work()
    {
        await using var store = await Open();
        using var over = new CancellationTokenSource();
        var indexers = Enumerable.Range(0, 2).Select(_ => Task.Run(async () =>
        {
            while (!over.IsCancellationRequested)
                await Index(store);
        })).ToArray();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(writer => Task.Run(async () =>
        {
            for (var round = 0; round < 12; round++)
            {
                await store.Write(Ticket(writer, round, $"word{writer}x{round}"));
                await Finds(store, $"word{writer}x{round}", writer);
                await Finds(store, $"word{writer}x{round - 1}");
            }
        })));
        await over.CancelAsync();
        await Task.WhenAll(indexers);
        while (await Index(store) > 0) { }
        for (var writer = 0; writer < 4; writer++)
            await Finds(store, $"word{writer}x11", writer);
    }

    private static Task<int> Index(TicketStore store) => store.Hub.Services.GetRequiredService<TicketIndexer>().Tick(default);

    private static async Task Finds(TicketStore store, string search, params int[] ids) =>
        (await store.Get($"tickets?search={search}")).GetProperty("items").EnumerateArray().Select(ticket => ticket.Text("key")).Should()
        .BeEquivalentTo(ids.Select(id => $"HUB-{id}"), $"of {search}");
}
