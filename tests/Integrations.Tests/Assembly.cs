[assembly: NUnit.Framework.Parallelizable(NUnit.Framework.ParallelScope.All)]
[assembly: NUnit.Framework.FixtureLifeCycle(NUnit.Framework.LifeCycle.InstancePerTestCase)]
[assembly: NUnit.Framework.LevelOfParallelism(4)]
