// Starts one `proseia dev` on free ports with an empty data directory, and logs both demo users in.
// With PROSEIA_URL (and PROSEIA_EVOLUTION_URL) set, a server that runs already is used instead.
import { spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { request } from '@playwright/test';

const RESULTS = resolve(import.meta.dirname, 'results');
const START_LIMIT_MS = 90_000;
const STOP_LIMIT_MS = 15_000;

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

/** Starts the server; answers how to stop it. */
async function start(): Promise<() => Promise<void>> {
  const bin = process.env.PROSEIA_BIN;
  if (!bin) throw new Error('PROSEIA_BIN is not set: run `bin/test build browser`, or set PROSEIA_URL to a running server');
  const [port, evolutionPort] = [await freePort(), await freePort()];
  const data = await mkdtemp(join(tmpdir(), 'proseia-e2e-'));
  // As root the embedded Postgres runs as another user, who must be able to enter.
  await chmod(data, 0o755);
  const logPath = join(RESULTS, 'server.log');
  const log = await open(logPath, 'w');
  const child = spawn(
    bin,
    ['dev', '--addr', `127.0.0.1:${port}`, '--evolution-addr', `127.0.0.1:${evolutionPort}`, '--data', data],
    { stdio: ['ignore', log.fd, log.fd], cwd: resolve(import.meta.dirname, '..') },
  );
  const exited = new Promise<string>((done) => {
    child.once('exit', (code, signal) => done(`exited with ${signal ?? code}`));
    child.once('error', (e) => done(`did not start: ${e.message}`));
  });
  let gone: string | undefined;
  void exited.then((why) => (gone = why));

  process.env.PROSEIA_URL = `http://127.0.0.1:${port}`;
  process.env.PROSEIA_EVOLUTION_URL = `http://127.0.0.1:${evolutionPort}`;

  const stop = async () => {
    child.kill('SIGTERM');
    if ((await Promise.race([exited, pause(STOP_LIMIT_MS)])) === undefined) {
      child.kill('SIGKILL');
      throw new Error(`proseia dev did not stop within ${STOP_LIMIT_MS} ms of SIGTERM`);
    }
    await log.close();
    await rm(data, { recursive: true, force: true });
  };

  const begun = Date.now();
  while (!(await healthy(process.env.PROSEIA_URL))) {
    if (gone !== undefined || Date.now() - begun > START_LIMIT_MS) {
      const tail = (await readFile(logPath, 'utf8')).split('\n').slice(-30).join('\n');
      const why = gone ?? `is not healthy after ${START_LIMIT_MS} ms`;
      if (gone === undefined) await stop();
      throw new Error(`proseia dev ${why}. The end of ${logPath}:\n${tail}`);
    }
    await pause(100);
  }
  console.log(`proseia dev on ${process.env.PROSEIA_URL}, healthy after ${((Date.now() - begun) / 1000).toFixed(1)} s`);
  return stop;
}

/** Once for all tests: the login is slow on purpose (argon2) and limited. */
async function logIn(path: string, email: string, senha: string, file: string): Promise<void> {
  const context = await request.newContext({ baseURL: process.env.PROSEIA_URL });
  const answer = await context.post(path, { data: { email, senha } });
  if (!answer.ok()) throw new Error(`${path} answered ${answer.status()}: ${await answer.text()}`);
  await context.storageState({ path: join(RESULTS, file) });
  await context.dispose();
}

export default async function globalSetup(): Promise<() => Promise<void>> {
  await mkdir(RESULTS, { recursive: true });
  const stop = process.env.PROSEIA_URL ? async () => {} : await start();
  process.env.PROSEIA_EVOLUTION_URL ??= 'http://127.0.0.1:3001';
  try {
    await logIn('/api/v1/auth/login', 'demo@proseia.local', 'proseia-demo', 'cliente.json');
    await logIn('/api/v1/admin/auth/login', 'admin@proseia.local', 'proseia-admin', 'admin.json');
  } catch (e) {
    await stop();
    throw e;
  }
  return stop;
}
