using System.Diagnostics.Metrics;
using FluentAssertions;
using Hub.Host.Metrics;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Hub.Host.Tests;

public sealed class PrometheusTests
{
    [Test]
    public void measurements_with_the_same_labels_are_one_series_in_whatever_order_and_form_they_come()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var meters = services.GetRequiredService<IMeterFactory>();
        using var exporter = new PrometheusExporter(meters, name => name == "Hub.Tests.Labels");
        var counter = meters.Create("Hub.Tests.Labels").CreateCounter<long>("deliveries");

        for (var i = 0; i < 2; i++)
        {
            counter.Add(1, new("type", "jira"), new("status", 202));
            counter.Add(1, new("status", "202"), new("type", "jira"));
            counter.Add(1, new("type", 202), new("status", "jira"));
            counter.Add(1, new("kind", "jira"), new("status", 202));
            counter.Add(1, new KeyValuePair<string, object?>("type", "jira"));
            counter.Add(1);
        }

        exporter.Render().Split('\n').Where(line => line.StartsWith("deliveries", StringComparison.Ordinal)).Should().BeEquivalentTo(
            """deliveries_total{status="202",type="jira"} 4""",
            """deliveries_total{status="jira",type="202"} 2""",
            """deliveries_total{kind="jira",status="202"} 2""",
            """deliveries_total{type="jira"} 2""",
            "deliveries_total 2");
    }
}
