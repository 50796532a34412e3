// Starts `proseia dev` and stops it again.
import { spawn } from 'node:child_process';
import { chmod, mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export const RESULTS = resolve(import.meta.dirname, 'results');
const START_LIMIT_MS = 90_000;
const STOP_LIMIT_MS = 15_000;

export interface Place {
  port: number;
  evolutionPort: number;
  stripePort: number;
  data: string;
}

export interface Server {
  url: string;
  evolutionUrl: string;
  stripeUrl: string;
  /** Ends within 15 s of SIGTERM, or this throws. SIGKILL is the crash. */
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

async function healthy(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/health`, { signal: AbortSignal.timeout(2000) })).ok;
  } catch {
    return false;
  }
}

/** Free ports and an empty data directory. */
export async function place(): Promise<Place> {
  const data = await mkdtemp(join(tmpdir(), 'proseia-e2e-'));
  // As root the embedded Postgres runs as another user, who must be able to enter.
  await chmod(data, 0o755);
  return { port: await freePort(), evolutionPort: await freePort(), stripePort: await freePort(), data };
}

export const clear = ({ data }: Place) => rm(data, { recursive: true, force: true });

/** Ready when `/health` says so. What the server says is appended to `results/<log>`. */
export async function start({ port, evolutionPort, stripePort, data }: Place, logName: string, env: NodeJS.ProcessEnv = {}): Promise<Server> {
  const bin = process.env.PROSEIA_BIN;
  if (!bin) throw new Error('PROSEIA_BIN is not set: run `bin/test build browser`');
  const logPath = join(RESULTS, logName);
  const log = await open(logPath, 'a');
  const child = spawn(
    bin,
    [
      'dev',
      ...['--addr', `127.0.0.1:${port}`, '--evolution-addr', `127.0.0.1:${evolutionPort}`],
      ...['--stripe-addr', `127.0.0.1:${stripePort}`, '--data', data],
    ],
    { stdio: ['ignore', log.fd, log.fd], cwd: import.meta.dirname, env: { ...process.env, ...env } },
  );
  const exited = new Promise<string>((done) => {
    child.once('exit', (code, signal) => done(`exited with ${signal ?? code}`));
    child.once('error', (e) => done(`did not start: ${e.message}`));
  });
  let gone: string | undefined;
  void exited.then((why) => (gone = why));

  const url = `http://127.0.0.1:${port}`;
  const stop = async (signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM') => {
    child.kill(signal);
    const ended = await Promise.race([exited, pause(STOP_LIMIT_MS)]);
    await log.close();
    if (ended === undefined) {
      child.kill('SIGKILL');
      throw new Error(`proseia dev did not stop within ${STOP_LIMIT_MS} ms of ${signal}`);
    }
  };

  const begun = Date.now();
  while (!(await healthy(url))) {
    if (gone !== undefined || Date.now() - begun > START_LIMIT_MS) {
      const tail = (await readFile(logPath, 'utf8')).split('\n').slice(-30).join('\n');
      const why = gone ?? `is not healthy after ${START_LIMIT_MS} ms`;
      if (gone === undefined) await stop();
      throw new Error(`proseia dev ${why}. The end of ${logPath}:\n${tail}`);
    }
    await pause(100);
  }
  console.log(`proseia dev on ${url}, healthy after ${((Date.now() - begun) / 1000).toFixed(1)} s`);
  const [evolutionUrl, stripeUrl] = [evolutionPort, stripePort].map((at) => `http://127.0.0.1:${at}`) as [string, string];
  return { url, evolutionUrl, stripeUrl, stop };
}
