// A certified OpenID provider with sign-in and consent pages that take any name. node oidc-provider.mjs [port]
// Clients register themselves at /reg (RFC 7591). POST /_peer/settings changes how it behaves, GET /_peer/state tells what it saw.
import Provider from 'oidc-provider';
import { controlled, listen, ready } from './peer.mjs';

const settings = {
  access_token_ttl: 3600,
  rotate: true, // a used refresh token is void, and using it again revokes the grant
  refresh: true, // give refresh tokens at all
  slow_ms: 0, // the token endpoint thinks first
  fail_times: 0, // so many token requests fail before the provider sees them
  fail_status: 503,
  fail_body: 'upstream connect error',
  lose_answers: 0, // so many token requests are carried out, but their answers are lost on the way
  claims: {}, // account -> further claims of id_token and userinfo
};
const requests = []; // of the token endpoint: client, grant_type, status, error, auth
const grants = new Map(); // id -> account

const server = controlled({
  'POST settings': (changes) => Object.assign(settings, changes),
  'GET state': () => ({ settings, requests, grants: [...grants].map(([id, account]) => ({ id, account })) }),
  'POST forget': () => { requests.length = 0; },
  'POST revoke': async ({ account }) => {
    for (const [id, owner] of grants) {
      if (account && owner !== account) continue;
      await provider.RefreshToken.revokeByGrantId(id);
      await provider.AccessToken.revokeByGrantId(id);
      await (await provider.Grant.find(id))?.destroy();
      grants.delete(id);
    }
  },
}, (request, response) => callback(request, response));

const port = await listen(server, Number(process.argv[2] ?? 0));
const issuer = `http://127.0.0.1:${port}`;
const provider = new Provider(issuer, {
  cookies: { keys: ['a key of this test server'] },
  pkce: { required: () => true },
  scopes: ['openid', 'offline_access', 'profile', 'email', 'api:read', 'api:write'],
  claims: { openid: ['sub'], profile: ['name', 'groups', 'roles'], email: ['email', 'email_verified'] },
  conformIdTokenClaims: false,
  features: {
    devInteractions: { enabled: true },
    registration: { enabled: true },
    revocation: { enabled: true },
    introspection: { enabled: true, allowedPolicy: () => true },
    clientCredentials: { enabled: true },
  },
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({ sub: id, name: id, email: `${id}@example.com`, email_verified: true, ...settings.claims[id] }),
  }),
  issueRefreshToken: (_, client) => settings.refresh && client.grantTypeAllowed('refresh_token'),
  rotateRefreshToken: () => settings.rotate,
  ttl: { AccessToken: () => settings.access_token_ttl, ClientCredentials: () => settings.access_token_ttl },
});

provider.use(async (ctx, next) => {
  if (ctx.path !== '/token') return next();
  if (settings.slow_ms > 0) await new Promise((resolve) => { setTimeout(resolve, settings.slow_ms); });
  const seen = { client: null, grant_type: null, status: settings.fail_status, error: null, auth: ctx.get('authorization') ? 'basic' : 'body' };
  requests.push(seen);
  if (settings.fail_times > 0) {
    settings.fail_times -= 1;
    ctx.status = settings.fail_status;
    ctx.body = settings.fail_body;
    return undefined;
  }
  await next();
  Object.assign(seen, { client: ctx.oidc?.client?.clientId ?? null, grant_type: ctx.oidc?.params?.grant_type ?? null, status: ctx.status, error: ctx.body?.error ?? null });
  if (ctx.oidc?.entities?.Grant && ctx.status === 200) grants.set(ctx.oidc.entities.Grant.jti, ctx.oidc.entities.Grant.accountId);
  if (settings.lose_answers > 0) {
    settings.lose_answers -= 1;
    ctx.respond = false;
    ctx.req.socket.destroy();
  }
  return undefined;
});
const callback = provider.callback();
ready(issuer);
