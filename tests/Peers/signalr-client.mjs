// Microsoft's SignalR client for JavaScript, as a page or a Node service uses it. POST follow {url, key, options}; GET seen.
import { HttpTransportType, HubConnectionBuilder, LogLevel } from '@microsoft/signalr';
import { controlled, listen, ready, sendJson } from './peer.mjs';

const seen = [];
const server = controlled({
  'POST follow': async ({ url, key, options }) => {
    const connection = new HubConnectionBuilder()
      .withUrl(url, { accessTokenFactory: () => key, transport: HttpTransportType.WebSockets })
      .configureLogging(LogLevel.Error)
      .build();
    await connection.start();
    await new Promise((resolve, reject) => connection.stream('Follow', options).subscribe({
      next: (item) => {
        seen.push(item);
        if (item.event === 'ready') resolve();
      },
      error: (error) => {
        seen.push({ event: 'error', data: { message: error.message } });
        reject(error);
      },
      complete: () => seen.push({ event: 'complete' }),
    }));
  },
  'GET seen': () => seen,
}, (_, response) => sendJson(response, { error: 'nothing here' }, 404));

ready(`http://127.0.0.1:${await listen(server, Number(process.argv[2] ?? 0))}`);
