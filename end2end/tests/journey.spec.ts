// The main job as a person does it: connect WhatsApp, be answered from the knowledge, call a person, reply, give back.
// The phone is the simulator's control side: POST /_sim/{instance}/scan and /in, GET /_sim/{instance}/log.
import type { Page } from '@playwright/test';
import { CLIENTE, expect, hydrated, open, screenshot, simUrl, test, url } from './fixtures.ts';

const CONTACT = { from: '5511988887777', name: 'Marina Souza' };
const OTHER = '5521977776666';
// Answered by the demo knowledge; another wording for each, because a repeated text could hide a repeated answer.
const KNOWN = ['Qual é o horário de funcionamento?', 'Vocês abrem no sábado?', 'A que horas a loja fecha?'] as const;
const UNKNOWN = 'Quem ganhou a copa do mundo de 1958?';
const ANSWER_LIMIT_MS = 3000;

interface Sent {
  to: string;
  text: string;
}

test.describe.configure({ mode: 'serial' });
test.use({ viewport: { width: 1440, height: 900 } });

/** The instance's name at Evolution, as our own API tells it. */
async function instance(page: Page): Promise<string> {
  const answer = await page.request.get(url('/api/v1/whatsapp/status'));
  expect(answer.status()).toBe(200);
  const { instance_id } = (await answer.json()) as { instance_id: string | null };
  expect(instance_id).toBeTruthy();
  return instance_id ?? '';
}

class Phone {
  constructor(private readonly sim: string) {}

  private async post(path: string, body: unknown): Promise<void> {
    const answer = await fetch(`${this.sim}/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect(answer.ok, `${path}: ${answer.status} ${await answer.text()}`).toBe(true);
  }

  scan = () => this.post('scan', { phone: '5511999990000', name: 'Loja Demo' });

  write = (text: string, more: object = {}) =>
    this.post('in', { from: CONTACT.from, name: CONTACT.name, text, ...more });

  /** What reached this contact, in order. */
  async log(to: string = CONTACT.from): Promise<Sent[]> {
    const body = (await (await fetch(`${this.sim}/log`)).json()) as Sent[] | { log: Sent[] };
    const all = Array.isArray(body) ? body : body.log;
    return all.filter((sent) => digits(sent.to) === to);
  }

  /** Waits for the next message to the contact; answers it and how long it took. */
  async next(seen: number, to: string = CONTACT.from, limit = ANSWER_LIMIT_MS): Promise<{ text: string; ms: number }> {
    const begun = Date.now();
    await expect.poll(async () => (await this.log(to)).length, { timeout: limit, intervals: [50] }).toBeGreaterThan(seen);
    const ms = Date.now() - begun;
    const log = await this.log(to);
    expect(log, 'one answer, not two').toHaveLength(seen + 1);
    return { text: log[seen]?.text ?? '', ms };
  }

  /**
   * Proves silence without waiting for it: another contact asks afterwards and is answered; whatever was coming to
   * the first would have come by then.
   */
  async marker(): Promise<void> {
    const seen = (await this.log(OTHER)).length;
    await this.write(KNOWN[0], { from: OTHER, name: 'Outra pessoa' });
    await this.next(seen, OTHER, 2 * ANSWER_LIMIT_MS);
  }
}

const menu = (page: Page) => page.getByRole('navigation', { name: 'Menu principal', exact: true });
const thread = (page: Page) => page.getByLabel(/^Mensagens com /);
const digits = (jid: string) => jid.replace(/@.*/, '').replace(/\D/g, '');

interface Conversa {
  id: string;
  numero_usuario: string;
  estado: string;
}

async function conversa(page: Page): Promise<Conversa | undefined> {
  const answer = await page.request.get(url('/api/v1/conversas'));
  const { itens } = (await answer.json()) as { itens: Conversa[] };
  return itens.find((c) => c.numero_usuario === CONTACT.from);
}

const estado = async (page: Page) => (await conversa(page))?.estado;

test('a message is answered, a person takes over, the assistant comes back', async ({ page }) => {
  test.setTimeout(120_000);
  let phone = new Phone('');

  await test.step('log in', async () => {
    await open(page, '/login');
    await page.getByLabel('E-mail').fill('demo@proseia.local');
    await page.getByLabel('Senha', { exact: true }).fill('proseia-demo');
    await screenshot(page, '01-login');
    await page.getByRole('button', { name: 'Entrar' }).click();
    await expect(page).toHaveURL(/\/dashboard/);
    await hydrated(page);
    await screenshot(page, '02-painel');
  });

  await test.step('connect WhatsApp', async () => {
    await menu(page).getByRole('link', { name: 'Conectar WhatsApp' }).click();
    await expect(page).toHaveURL(/\/dashboard\/whatsapp/);
    await page.getByRole('main').getByRole('button', { name: 'Conectar WhatsApp' }).click();
    await expect(page.getByRole('img', { name: /código qr/i })).toBeVisible({ timeout: 20_000 });
    await screenshot(page, '03-qr');
    phone = new Phone(simUrl(await instance(page)));
    await phone.scan();
    await expect(page.getByRole('heading', { name: 'Conectado', exact: true })).toBeVisible();
    await screenshot(page, '04-conectado');
  });

  await test.step('Esc leaves the question before disconnecting', async () => {
    const button = page.getByRole('button', { name: 'Desconectar' });
    await button.press('Enter');
    const dialog = page.getByRole('dialog');
    await expect(dialog.getByRole('button', { name: 'Cancelar' }), 'the harmless button has the focus').toBeFocused();
    await page.keyboard.press('Escape');
    await expect(dialog).toBeHidden();
    await expect(button, 'focus returns').toBeFocused();
    await expect(page.getByRole('heading', { name: 'Conectado', exact: true })).toBeVisible();
  });

  await test.step('a known question is answered within 3 s', async () => {
    await phone.write(KNOWN[0]);
    const { text, ms } = await phone.next(0);
    expect(text.length).toBeGreaterThan(10);
    test.info().annotations.push({ type: 'first answer', description: `${ms} ms: ${text}` });
    expect(await estado(page)).toBe('IA_ATIVA');
  });

  let fallback = '';
  await test.step('a question off the text goes to a person', async () => {
    await phone.write(UNKNOWN);
    ({ text: fallback } = await phone.next(1));
    expect(fallback).toMatch(/atendente|pessoa|equipe|humano|algu[ée]m/i);
    await expect.poll(() => estado(page)).toBe('AGUARDANDO_HUMANO');
  });

  await test.step('it waits under Aguardando', async () => {
    await menu(page).getByRole('link', { name: /^Conversas/ }).click();
    await page.getByRole('navigation', { name: 'Filtrar por estado' }).getByRole('link', { name: /^Aguardando/ }).click();
    await page.getByRole('list', { name: 'Conversas' }).getByRole('link').first().click();
    await expect(page, 'the only one who waits').toHaveURL(new RegExp((await conversa(page))?.id ?? 'no conversa'));
    await expect(thread(page).getByText(UNKNOWN)).toBeVisible();
    await expect(page.getByRole('button', { name: 'Devolver à IA' })).toBeVisible();
    await screenshot(page, '05-aguardando');
  });

  await test.step('why the assistant answered so', async () => {
    await thread(page).getByRole('button', { name: 'por quê?' }).first().click();
    const why = page.getByRole('dialog', { name: 'Por que esta resposta' });
    await expect(why.getByText(/^Confiança \d,\d\d$/)).toBeVisible();
    await expect(why.getByRole('list', { name: 'Trechos usados' }).getByRole('listitem').first()).toBeVisible();
    await screenshot(page, '05-por-que');
    await page.keyboard.press('Escape');
    await expect(why).toBeHidden();
  });

  await test.step('silence on the next message, which is shown live', async () => {
    await phone.write(KNOWN[1]);
    await expect(thread(page).getByText(KNOWN[1])).toBeVisible();
    await phone.marker();
    expect(await phone.log()).toHaveLength(2);
  });

  await test.step('a reply from the browser arrives', async () => {
    const reply = 'Oi Marina, aqui é a Paula.\nJá vou conferir para você.';
    const box = page.getByRole('textbox', { name: 'Mensagem', exact: true });
    await box.click();
    await page.keyboard.type('Oi Marina, aqui é a Paula.');
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.type('Já vou conferir para você.');
    await page.keyboard.press('Enter');
    expect((await phone.next(2)).text).toBe(reply);
    await expect.poll(() => estado(page)).toBe('HUMANO_RESPONDEU');
    await expect(page.getByText('Você está atendendo')).toBeVisible();
    await expect(box).toHaveValue('');
    await screenshot(page, '06-humano-respondeu');
    await page.setViewportSize({ width: 390, height: 844 });
    await expect(thread(page).getByText(/^Oi Marina/).last(), 'the end stays in sight').toBeInViewport({ ratio: 1 });
    await screenshot(page, '07-humano-respondeu-390');
    await page.setViewportSize({ width: 1440, height: 900 });
  });

  await test.step('the assistant keeps silent while a person answers', async () => {
    await phone.write(KNOWN[1]);
    await phone.marker();
    expect(await phone.log()).toHaveLength(3);
  });

  await test.step('given back, it answers again', async () => {
    await page.getByRole('button', { name: 'Devolver à IA' }).click();
    await expect.poll(() => estado(page)).toBe('IA_ATIVA');
    await phone.write(KNOWN[2]);
    const { text } = await phone.next(3);
    expect(text).not.toBe(fallback);
    await expect(thread(page).getByText(text.split('\n')[0]?.slice(0, 40) ?? '').last()).toBeVisible();
    await screenshot(page, '08-de-volta-a-ia');
    await screenshot(page, 'conversas');
  });
});

test.describe('as the demo cliente', () => {
  test.use({ storageState: CLIENTE });

  test('groups and broadcasts give nothing', async ({ page }) => {
    const phone = new Phone(simUrl(await instance(page)));
    const conversas = async () =>
      ((await (await page.request.get(url('/api/v1/conversas'))).json()) as { itens: unknown[] }).itens.length;
    const before = await conversas();
    const group = '120363025246125486';
    const writer = '5531966665555';

    await phone.write(KNOWN[0], { from: writer, group: `${group}@g.us` });
    await phone.write(KNOWN[0], { from: 'status@broadcast' });
    await phone.write(KNOWN[0], { from: `${group}@newsletter` });
    await phone.marker();

    for (const to of [group, writer, '']) expect(await phone.log(to)).toEqual([]);
    expect(await conversas()).toBe(before);
  });
});
