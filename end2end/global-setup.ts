// Starts one `proseia dev` for each worker, on free ports with an empty data directory, and logs both demo users in.
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type FullConfig, request } from '@playwright/test';
import { clear, place, RESULTS, start } from './server.ts';

/** Once for all tests: the login is slow on purpose (argon2) and limited. */
async function logIn(baseURL: string, path: string, email: string, senha: string, file: string): Promise<void> {
  const context = await request.newContext({ baseURL });
  const answer = await context.post(path, { data: { email, senha } });
  if (!answer.ok()) throw new Error(`${path} answered ${answer.status()}: ${await answer.text()}`);
  await context.storageState({ path: join(RESULTS, file) });
  await context.dispose();
}

async function startOne(worker: number): Promise<() => Promise<void>> {
  const where = await place();
  const server = await start(where, `server-${worker}.log`);
  process.env[`PROSEIA_URL_${worker}`] = server.url;
  process.env[`PROSEIA_EVOLUTION_URL_${worker}`] = server.evolutionUrl;
  const stop = async () => {
    await server.stop();
    await clear(where);
  };
  try {
    await logIn(server.url, '/api/v1/auth/login', 'demo@proseia.local', 'proseia-demo', `cliente-${worker}.json`);
    await logIn(server.url, '/api/v1/admin/auth/login', 'admin@proseia.local', 'proseia-admin', `admin-${worker}.json`);
  } catch (e) {
    await stop();
    throw e;
  }
  return stop;
}

export default async function globalSetup({ workers }: FullConfig): Promise<() => Promise<void>> {
  await mkdir(RESULTS, { recursive: true });
  for (const file of await readdir(RESULTS)) if (file.endsWith('.log')) await rm(join(RESULTS, file));
  const stops: (() => Promise<void>)[] = [];
  const stopAll = async () => {
    for (const stop of stops) await stop();
  };
  try {
    for (let worker = 0; worker < workers; worker++) stops.push(await startOne(worker));
  } catch (e) {
    await stopAll();
    throw e;
  }
  return stopAll;
}
