// The libraries that senders and receivers of webhooks really use. POST sign {library, secret, body, ...}, body in base64: the headers that the
// library sends with it. POST secrets [...]: which ones /hook verifies what it receives by; GET received: what each library said.
import { sign as signGithub } from '@octokit/webhooks-methods';
import jwt from 'atlassian-jwt';
import { Webhook as Standard } from 'standardwebhooks';
import Stripe from 'stripe';
import { Webhook as Svix } from 'svix';
import { controlled, listen, ready, sendJson } from './peer.mjs';

const stripe = new Stripe('sk_test_of_nobody');

const standard = (Library, prefix) => ({ secret, body, id, at }) => ({
  [`${prefix}-id`]: id,
  [`${prefix}-timestamp`]: String(at),
  [`${prefix}-signature`]: new Library(secret).sign(id, new Date(at * 1000), body),
});

const signers = {
  octokit: async ({ secret, body, id }) => ({
    'X-GitHub-Event': 'issues', 'X-GitHub-Delivery': id, 'X-Hub-Signature-256': await signGithub(secret, body.toString('utf8')),
  }),
  standardwebhooks: standard(Standard, 'webhook'),
  svix: standard(Svix, 'svix'),
  'svix, unbranded': standard(Svix, 'webhook'),
  stripe: ({ secret, body, at }) => ({
    'Stripe-Signature': stripe.webhooks.generateTestHeaderString({ payload: body.toString('utf8'), secret, timestamp: at }),
  }),
  'atlassian-jwt': ({ secret, id, at, url, issuer }) => ({
    'X-Atlassian-Webhook-Identifier': id,
    Authorization: `Bearer ${jwt.encodeSymmetric({
      iss: issuer, iat: at, exp: at + 180, qsh: jwt.createQueryStringHash(jwt.fromMethodAndUrl('POST', url)),
    }, secret)}`,
  }),
};

let secrets = [];
const received = [];

const accepts = (Library, secret, body, headers) => {
  try {
    new Library(secret).verify(body, headers);
    return true;
  } catch {
    return false;
  }
};

const receive = async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  const says = (secret, text) => ({ standardwebhooks: accepts(Standard, secret, text, request.headers), svix: accepts(Svix, secret, text, request.headers) });
  received.push({
    type: JSON.parse(body).type,
    payload: JSON.parse(body).data,
    secrets: secrets.map((secret) => says(secret, body)),
    changed: secrets.map((secret) => says(secret, Buffer.concat([body, Buffer.from(' ')]))),
  });
  response.writeHead(204).end();
};

const server = controlled({
  'POST sign': ({ library, body, ...rest }) => signers[library]({ ...rest, body: Buffer.from(body, 'base64') }),
  'POST secrets': (wanted) => {
    secrets = wanted;
  },
  'GET received': () => received,
}, (request, response) => (request.url === '/hook' ? receive(request, response) : sendJson(response, { error: 'nothing here' }, 404)));

ready(`http://127.0.0.1:${await listen(server, Number(process.argv[2] ?? 0))}`);
