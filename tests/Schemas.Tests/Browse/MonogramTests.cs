using System.Xml.Linq;
using FluentAssertions;
using Hub.Schemas.Browse;
using NUnit.Framework;

namespace Hub.Schemas.Tests.Browse;

public class MonogramTests
{
    [TestCase("Jira", "Ji")]
    [TestCase("Microsoft Teams", "MT")]
    [TestCase("GitHub App", "GH")]
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
    public void every_built_in_type_is_drawn_differently() =>
        BuiltInTypes.Snapshot.Schemas.Select(Monogram.Svg).Select(svg => XElement.Parse(svg).ToString()).Should().OnlyHaveUniqueItems();
}
