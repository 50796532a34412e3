// A mail server as the product meets one: SMTP over TCP, nothing else. Keeps what it was given.
import { createServer, type Server as TcpServer } from 'node:net';

export interface Mail {
  to: string[];
  subject: string;
  /** The part that is plain text, decoded. */
  text: string;
}

const quoted = (text: string) =>
  Buffer.from(
    text.replace(/=\r?\n/g, '').replace(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  ).toString('utf8');

function decoded(body: string, encoding: string): string {
  if (/base64/i.test(encoding)) return Buffer.from(body.replace(/\s/g, ''), 'base64').toString('utf8');
  // Read as latin1, one byte a character.
  return /quoted-printable/i.test(encoding) ? quoted(body) : Buffer.from(body, 'latin1').toString('utf8');
}

const header = (head: string, name: string) =>
  new RegExp(`^${name}:[ \\t]*(.*(?:\\r?\\n[ \\t].*)*)`, 'im').exec(head)?.[1]?.replace(/\r?\n[ \t]+/g, ' ') ?? '';

const word = (text: string) =>
  text.replace(/\?=\s+=\?/g, '?==?').replace(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_, how: string, what: string) =>
    how.toLowerCase() === 'b' ? Buffer.from(what, 'base64').toString('utf8') : quoted(what.replaceAll('_', ' ')),
  );

/** The first plain text in a message, however deep. */
function plain(message: string): string {
  const cut = message.search(/\r?\n\r?\n/);
  const [head, body] = [message.slice(0, cut), message.slice(cut).replace(/^\r?\n\r?\n/, '')];
  const type = header(head, 'content-type');
  const boundary = /boundary="?([^";\r\n]+)/i.exec(type)?.[1];
  if (boundary !== undefined) {
    for (const part of body.split(`--${boundary}`).slice(1, -1)) {
      const text = plain(part.replace(/^\r?\n/, ''));
      if (text !== '') return text;
    }
    return '';
  }
  return type === '' || /text\/plain/i.test(type) ? decoded(body, header(head, 'content-transfer-encoding')) : '';
}

export class Smtp {
  readonly mails: Mail[] = [];
  private constructor(private readonly server: TcpServer, readonly url: string) {}

  static async start(): Promise<Smtp> {
    const server = createServer();
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    const smtp = new Smtp(server, `smtp://127.0.0.1:${address.port}`);
    server.on('connection', (socket) => {
      socket.setEncoding('latin1');
      const say = (line: string) => socket.write(`${line}\r\n`);
      let [rest, data, to] = ['', undefined as string[] | undefined, [] as string[]];
      socket.on('error', () => socket.destroy());
      socket.on('data', (chunk) => {
        rest += chunk;
        for (let end = rest.indexOf('\r\n'); end >= 0; end = rest.indexOf('\r\n')) {
          const line = rest.slice(0, end);
          rest = rest.slice(end + 2);
          if (data !== undefined) {
            if (line !== '.') {
              data.push(line.startsWith('.') ? line.slice(1) : line);
              continue;
            }
            const message = data.join('\r\n');
            smtp.mails.push({ to, subject: word(header(message, 'subject')), text: plain(message) });
            [data, to] = [undefined, []];
            say('250 ok');
          } else if (/^(ehlo|helo)/i.test(line)) say('250 tests');
          else if (/^rcpt to:/i.test(line)) {
            to.push(/<([^>]*)>/.exec(line)?.[1] ?? '');
            say('250 ok');
          } else if (/^data/i.test(line)) {
            data = [];
            say('354 go on');
          } else if (/^quit/i.test(line)) {
            say('221 bye');
            socket.end();
          } else say('250 ok');
        }
      });
      say('220 tests');
    });
    return smtp;
  }

  /** What came to an address, oldest first. */
  of = (email: string) => this.mails.filter(({ to }) => to.includes(email));

  stop = () => new Promise<void>((done) => void this.server.close(() => done()));
}
