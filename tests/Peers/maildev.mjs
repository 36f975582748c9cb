// MailDev takes any mail and shows it parsed: GET /email. node maildev.mjs [smtp port] [web port]; MAIL_DIRECTORY keeps the mail.
import { createServer } from 'node:net';
import MailDev from 'maildev';
import { listen, ready } from './peer.mjs';

const free = async () => {
  const server = createServer();
  const port = await listen(server);
  await new Promise((resolve) => { server.close(resolve); });
  return port;
};

const smtp = Number(process.argv[2] ?? 0) || await free();
const web = Number(process.argv[3] ?? 0) || await free();
const mail = new MailDev({ smtp, web, ip: '127.0.0.1', webIp: '127.0.0.1', silent: true, mailDirectory: process.env.MAIL_DIRECTORY });
await mail.listen();
ready(`http://127.0.0.1:${web}`, `smtp://127.0.0.1:${smtp}`);
