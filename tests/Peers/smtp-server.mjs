// Nodemailer's SMTP server. node smtp-server.mjs [port]; SMTP_OPTIONS is a JSON object of its options (secure, key, cert, authMethods...).
// POST /_peer/settings says who may log in and what is refused, GET /_peer/state tells what it saw.
import { SMTPServer } from 'smtp-server';
import { controlled, listen, ready } from './peer.mjs';

const settings = {
  users: {}, // name -> password
  tokens: {}, // name -> access token, or * for any
  refuse: {}, // auth, mail, data -> [code, words]; rcpt -> { address: [code, words] }
};
const seen = { logins: [], messages: [], sessions: 0 };

const refusal = ([responseCode, words]) => Object.assign(new Error(words), { responseCode });

const http = controlled({
  'POST settings': (changes) => Object.assign(settings, changes),
  'GET state': () => seen,
}, (_, response) => response.writeHead(404).end());

const smtp = new SMTPServer({
  banner: 'test peer',
  ...JSON.parse(process.env.SMTP_OPTIONS ?? '{}'),
  onConnect: (_, done) => { seen.sessions += 1; done(); },
  onAuth: ({ method, username, password, accessToken }, session, done) => {
    seen.logins.push({ method, username, secure: session.secure });
    if (settings.refuse.auth) return done(refusal(settings.refuse.auth));
    const known = method === 'XOAUTH2'
      ? accessToken && ['*', accessToken].includes(settings.tokens[username]) : password && settings.users[username] === password;
    if (known) return done(null, { user: username });
    return method === 'XOAUTH2' ? done(null, { data: { status: '401', schemes: 'bearer', scope: 'https://mail.example/' } }) : done(null, {});
  },
  onMailFrom: (address, _, done) => done(settings.refuse.mail ? refusal(settings.refuse.mail) : null),
  onRcptTo: ({ address }, _, done) => done(settings.refuse.rcpt?.[address] ? refusal(settings.refuse.rcpt[address]) : null),
  onData: async (stream, session, done) => {
    const chunks = [];
    for await (const chunk of stream) chunks.push(chunk);
    if (settings.refuse.data) return done(refusal(settings.refuse.data));
    const { mailFrom, rcptTo } = session.envelope;
    seen.messages.push({
      from: mailFrom.address, arguments: mailFrom.args, to: rcptTo.map(({ address }) => address), user: session.user ?? null,
      secure: session.secure, raw: Buffer.concat(chunks).toString('base64'),
    });
    return done(null, 'taken');
  },
});
smtp.on('error', () => {}); // a client that goes away is no news

const control = await listen(http);
await new Promise((resolve) => { smtp.listen(Number(process.argv[2] ?? 0), '127.0.0.1', resolve); });
ready(`http://127.0.0.1:${control}`, `smtp://127.0.0.1:${smtp.server.address().port}`);
