using Hub.Integrations.Imports;
using Hub.SharedKernel.Modules;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.Rulesets;

/// <summary>A ruleset is a scope of its own kind with rules beside it; what hangs on the scope is the ruleset's.</summary>
internal sealed class RulesetsEndpoints : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/rulesets").WithTags("Rulesets");
        CreateRuleset.Map(group);
        ListRulesets.Map(group);
        GetRuleset.Map(group);
        ChangeRuleset.Map(group);
        DeleteRuleset.Map(group);
        ListRulesetIntegrations.Map(group);
        CreateRulesetIntegration.Map(group);
        TestAllIntegrations.Map(group);
        GetLegacyRuleset.Map(group);
    }
}
