// What every peer needs: it listens on loopback, says where in one line, and ends with the test process that started it.
import { createServer } from 'node:http';

/** @returns {Promise<number>} the port, once the server listens on it. Port 0: any free one. */
export const listen = (server, port = 0) => new Promise((resolve, reject) => {
  server.once('error', reject);
  server.listen(port, '127.0.0.1', () => resolve(server.address().port));
});

/** Tells NodePeers.cs that the addresses answer. */
export const ready = (...addresses) => {
  console.log(['ready', ...addresses].join(' '));
  if (process.env.PEER_STDIN !== 'watch') return;
  process.stdin.resume();
  process.stdin.on('end', () => process.exit(0));
};

export const readJson = async (request) => {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text ? JSON.parse(text) : {};
};

export const sendJson = (response, body, status = 200) => {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
};

/** An HTTP server whose paths below /_peer/ are the test's own; `routes` maps "POST settings" to (body) => answer. All else goes to `handle`. */
export const controlled = (routes, handle) => createServer(async (request, response) => {
  if (!request.url.startsWith('/_peer/')) return handle(request, response);
  const route = routes[`${request.method} ${request.url.slice('/_peer/'.length)}`];
  if (!route) return sendJson(response, { error: 'no such control' }, 404);
  return sendJson(response, await route(await readJson(request)) ?? {});
});
