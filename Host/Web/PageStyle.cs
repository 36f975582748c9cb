namespace Hub.Host.Web;

internal static class PageStyle
{
    public const string Text = """

        :root { color-scheme: light dark; --ink: #1c2330; --soft: #505a6b; --line: #8a94a6; --paper: #f4f6f9; --card: #ffffff; --accent: #0b5cad;
          --on-accent: #ffffff; --bad: #a3171f; --bad-paper: #fdecec; --good: #11613a; --good-paper: #e7f5ed; }
        @media (prefers-color-scheme: dark) {
          :root { --ink: #e8ecf2; --soft: #b3bccb; --line: #76819a; --paper: #12161d; --card: #1b212b; --accent: #7db8f5;
            --on-accent: #0b1a2a; --bad: #ffb3b3; --bad-paper: #3a1a1d; --good: #9fe0bb; --good-paper: #14301f; }
        }
        * { box-sizing: border-box; }
        body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem; background: var(--paper); color: var(--ink);
          font: 1rem/1.5 system-ui, sans-serif; }
        main { width: 100%; max-width: 26rem; padding: 2rem; background: var(--card); border-radius: 0.75rem; box-shadow: 0 1px 4px rgb(0 0 0 / 0.25); }
        .product { margin: 0; color: var(--soft); font-size: 0.875rem; letter-spacing: 0.02em; }
        h1 { margin: 0 0 1.25rem; font-size: 1.5rem; line-height: 1.25; }
        h2 { margin: 0 0 0.5rem; font-size: 1rem; }
        section + section { margin-top: 1.75rem; padding-top: 1.5rem; border-top: 1px solid var(--line); }
        label { display: block; margin-bottom: 0.25rem; font-weight: 600; font-size: 0.9375rem; }
        .hint { margin: 0.25rem 0 0; color: var(--soft); font-size: 0.875rem; }
        input { width: 100%; padding: 0.5rem 0.625rem; font: inherit; color: inherit; background: transparent;
          border: 1px solid var(--line); border-radius: 0.375rem; }
        button { margin-top: 0.875rem; width: 100%; padding: 0.5625rem 1rem; font: inherit; font-weight: 600; color: var(--on-accent);
          background: var(--accent); border: 1px solid var(--accent); border-radius: 0.375rem; cursor: pointer; }
        button.second { color: var(--accent); background: transparent; }
        input:focus-visible, button:focus-visible, a:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
        .problem, .notice { margin: 0 0 1.25rem; padding: 0.75rem 0.875rem; border-radius: 0.375rem; border-left: 4px solid; }
        .problem { color: var(--bad); background: var(--bad-paper); }
        .notice { color: var(--good); background: var(--good-paper); }
        a { color: var(--accent); }

        """;
}
