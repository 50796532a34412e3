// Starts one `proseia dev` on free ports with an empty data directory, and logs both demo users in.
// With PROSEIA_URL (and PROSEIA_EVOLUTION_URL, PROSEIA_STRIPE_URL) set, a server that runs already is used instead.
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { request } from '@playwright/test';
import { clear, place, RESULTS, start } from './server.ts';

const LOGS = ['server.log', 'reconexao.log', 'caixa.log', 'ajustes.log', 'assinar.log'];

async function startOne(): Promise<() => Promise<void>> {
  const where = await place();
  const server = await start(where, 'server.log');
  process.env.PROSEIA_URL = server.url;
  process.env.PROSEIA_EVOLUTION_URL = server.evolutionUrl;
  process.env.PROSEIA_STRIPE_URL = server.stripeUrl;
  return async () => {
    await server.stop();
    await clear(where);
  };
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
  for (const log of LOGS) await rm(join(RESULTS, log), { force: true });
  const stop = process.env.PROSEIA_URL ? async () => {} : await startOne();
  process.env.PROSEIA_EVOLUTION_URL ??= 'http://127.0.0.1:3001';
  process.env.PROSEIA_STRIPE_URL ??= 'http://127.0.0.1:3002';
  try {
    await logIn('/api/v1/auth/login', 'demo@proseia.local', 'proseia-demo', 'cliente.json');
    await logIn('/api/v1/admin/auth/login', 'admin@proseia.local', 'proseia-admin', 'admin.json');
  } catch (e) {
    await stop();
    throw e;
  }
  return stop;
}
