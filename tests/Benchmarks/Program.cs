using Hub.Benchmarks;
using Hub.TestHarness;

if (args is ["serve-bare-live"])
{
    await LiveBenchmark.ServeBare();
    return;
}

// What is answered must have reached the disk, ours and the limit's.
TestPostgres.Durable = true;

// Each figure stands beside a limit measured in the same run: ratios hold on other machines, seconds do not.
(string Name, Func<Task> Run)[] all = [("start", StartBenchmark.Run), ("reads", ReadsBenchmark.Run), ("health", HealthBenchmark.Run), ("sync", SyncBenchmark.Run), ("sync-memory", SyncBenchmark.Memory), ("webhooks", WebhooksBenchmark.Run), ("overload", OverloadBenchmark.Run), ("processing", ProcessingBenchmark.Run), ("live", LiveBenchmark.Run), ("deliveries", DeliveryBenchmark.Run)];
foreach (var (name, run) in all.Where(benchmark => args.Length == 0 || args.Contains(benchmark.Name)))
{
    Console.WriteLine($"== {name}");
    await run();
}
