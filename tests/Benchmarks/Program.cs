using Hub.Benchmarks;

// Each figure stands beside a limit measured in the same run: ratios hold on other machines, seconds do not.
(string Name, Func<Task> Run)[] all = [("start", StartBenchmark.Run), ("reads", ReadsBenchmark.Run), ("health", HealthBenchmark.Run), ("sync", SyncBenchmark.Run), ("webhooks", WebhooksBenchmark.Run)];
foreach (var (name, run) in all.Where(benchmark => args.Length == 0 || args.Contains(benchmark.Name)))
{
    Console.WriteLine($"== {name}");
    await run();
}
