using System.Xml.Linq;
using FluentAssertions;
using Hub.Schemas.Browse;
using NUnit.Framework;

namespace Hub.Schemas.Tests.Browse;

public class MonogramTests
{
    [TestCase("Jira", "Ji")]
    [TestCase("Microsoft Teams", "MT")]
    [TestCase("GitHub App", "GA")]
    [TestCase("GitLab", "GL")]
    [TestCase("Azure DevOps Wiki", "AW")]
    [TestCase("Single sign-on", "SS")]
    [TestCase("3 Ümlaut", "3Ü")]
    [TestCase("AWS", "Aw")]
    [TestCase("x", "X")]
    [TestCase("<>", "?")]
    public void two_letters_stand_for_a_name(string name, string letters) => Monogram.Letters(name).Should().Be(letters);

    [Test]
    public void a_name_cannot_break_out_of_the_drawing()
    {
        var schema = BuiltInTypes.Snapshot.Schemas[0] with { Name = "\"><script>alert(1)</script>" };
        var svg = XElement.Parse(Monogram.Svg(schema));
        svg.Attribute("aria-label")!.Value.Should().Be(schema.Name);
        svg.Descendants().Should().NotContain(element => element.Name.LocalName == "script");
    }

    [Test]
    public void no_two_built_in_types_look_alike()
    {
        var icons = BuiltInTypes.Snapshot.Schemas.Select(Look).ToArray();
        var alike = from one in icons
                    from other in icons
                    where string.CompareOrdinal(one.Id, other.Id) < 0
                    let turn = Math.Abs(one.Hue - other.Hue) is var apart && apart > 180 ? 360 - apart : apart
                    where (one.Letters == other.Letters && turn < 40) || (one.Figure == other.Figure && turn < 4)
                    select $"{one.Id} and {other.Id}";
        alike.Should().BeEmpty();
    }

    private static (string Id, string Letters, int Hue, string Figure) Look(Contracts.IntegrationSchema schema)
    {
        var svg = XElement.Parse(Monogram.Svg(schema));
        XElement Part(string name) => svg.Elements().Single(element => element.Name.LocalName == name);
        var hue = int.Parse(Part("rect").Attribute("fill")!.Value[4..].Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
        return (schema.Id, Part("text").Value, hue, Part("g").Elements().Single().ToString());
    }
}
