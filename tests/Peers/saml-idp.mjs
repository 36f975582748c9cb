// A SAML 2.0 identity provider with a sign-in page that takes any name. IDP_CERT and IDP_KEY hold its certificate and key as PEM.
// POST /_peer/settings changes how it behaves.
import samlp from 'samlp';
import { controlled, listen, ready } from './peer.mjs';

const settings = {
  sign_assertion: true,
  sign_response: false,
  encrypt: false,
  people: {}, // name -> { email, name, groups }
};
const { IDP_CERT: cert, IDP_KEY: key } = process.env;
const page = (body) => `<!doctype html><html lang="en"><title>Identity provider</title><body>${body}</body></html>`;
const escaped = (text) => text.replace(/[&"<>]/g, (c) => `&#${c.charCodeAt(0)};`);
const html = (response, body, status = 200) => {
  response.writeHead(status, { 'content-type': 'text/html' });
  response.end(page(body));
};

const server = controlled({
  'POST settings': (changes) => Object.assign(settings, changes),
}, (request, response) => answer(request, response).catch((error) => html(response, escaped(String(error)), 500)));

const port = await listen(server, Number(process.argv[2] ?? 0));
const address = `http://127.0.0.1:${port}`;
const issuer = `${address}/idp`;

const profile = (person) => ({
  getClaims: () => ({ email: person.email, name: person.name, groups: person.groups }),
  getNameIdentifier: () => ({ nameIdentifier: person.email, nameIdentifierFormat: 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress' }),
});

const parsed = (query) => new Promise((resolve, reject) => {
  samlp.parseRequest({ query }, {}, (error, data) => (error ? reject(error) : resolve(data)));
});

const responded = (asked, login) => new Promise((resolve, reject) => {
  const person = { email: `${login}@example.com`, name: login, groups: [], ...settings.people[login] };
  samlp.getSamlResponse({
    issuer, cert, key, profileMapper: profile, signatureAlgorithm: 'rsa-sha256', digestAlgorithm: 'sha256', lifetimeInSeconds: 300,
    audience: asked.issuer, recipient: asked.assertionConsumerServiceURL, destination: asked.assertionConsumerServiceURL, inResponseTo: asked.id,
    signAssertion: settings.sign_assertion, signResponse: settings.sign_response,
    ...(settings.encrypt ? { encryptionCert: cert, encryptionPublicKey: cert } : {}),
  }, person, (error, xml) => (error ? reject(error) : resolve(xml)));
});

async function answer(request, response) {
  const url = new URL(request.url, address);
  if (url.pathname === '/metadata') {
    samlp.metadata({ issuer, cert, redirectEndpointPath: '/sso', postEndpointPath: '/sso' })(
      { headers: { host: `127.0.0.1:${port}` }, protocol: 'http', connection: {} },
      { set: (name, value) => response.setHeader(name, value), send: (body) => response.end(body) },
    );
    return undefined;
  }
  const query = Object.fromEntries(url.searchParams);
  if (url.pathname !== '/sso' || !query.SAMLRequest) return html(response, 'There is nothing here.', 404);
  const asked = await parsed(query);
  if (!query.login) {
    const kept = ['SAMLRequest', 'RelayState'].map((name) => `<input type="hidden" name="${name}" value="${escaped(query[name] ?? '')}">`).join('');
    return html(response, `<p>${escaped(asked.issuer)} wants to know who you are.</p><form method="get" action="/sso">${kept}<input name="login"><button>Sign in</button></form>`);
  }
  const token = Buffer.from(await responded(asked, query.login)).toString('base64');
  return html(response, `<form method="post" action="${escaped(asked.assertionConsumerServiceURL)}">`
    + `<input type="hidden" name="SAMLResponse" value="${token}"><input type="hidden" name="RelayState" value="${escaped(query.RelayState ?? '')}"><button>Continue</button></form>`);
}

ready(address, issuer);
