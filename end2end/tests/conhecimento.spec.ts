// Meu Conhecimento as its owner uses it: a draft that survives a reload, an import looked at first, what changed, an older
// version taken again, and a question that was not answered taught and then answered on the phone. On a server of its own.
import { join, resolve } from 'node:path';
import type { APIRequestContext, Page } from '@playwright/test';
import { clear, place, RESULTS, start, type Place, type Server } from '../server.ts';
import { axe, expect, hydrated, inTheme, screenshot, test } from './fixtures.ts';

const ARQUIVOS = resolve(import.meta.dirname, '../../crates/extrair/tests/arquivos');
const CONTACT = { from: '5511955554444', name: 'Lia Prado' };
const WIDTHS = [
  { width: 1440, height: 900 },
  { width: 768, height: 1024 },
  { width: 375, height: 667 },
];

// What the browser says of a refusal that the page shows.
test.use({ expectedConsole: [/status of 422/] });

let where: Place;
let server: Server;

test.skip(!process.env.PROSEIA_BIN, 'needs a server of its own: PROSEIA_BIN');

test.beforeAll(async () => {
  where = await place();
  server = await start(where, 'conhecimento.log');
});

test.afterAll(async () => {
  await server?.stop();
  if (where) await clear(where);
});

async function logIn(page: Page): Promise<void> {
  const data = { email: 'demo@proseia.local', senha: 'proseia-demo' };
  expect((await page.request.post(`${server.url}/api/v1/auth/login`, { data })).ok()).toBe(true);
}

async function visit(page: Page, query = ''): Promise<void> {
  await page.goto(`${server.url}/dashboard/conhecimento${query}`);
  await hydrated(page);
}

/** axe and the width of the page, in both themes and three widths; a picture of each for the eye. */
async function state(page: Page, name: string): Promise<void> {
  await test.step(`state ${name}`, async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await inTheme(page, colorScheme);
      for (const size of WIDTHS) {
        await page.setViewportSize(size);
        await screenshot(page, `conhecimento/${name}-${colorScheme}-${size.width}`);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        expect.soft(wide, `${name} fits in ${size.width} px`).toBeLessThanOrEqual(0);
        expect.soft(await axe(page), `axe: ${name}, ${colorScheme}, ${size.width} px`).toEqual([]);
      }
    }
    await inTheme(page, 'light');
    await page.setViewportSize(WIDTHS[0]!);
  });
}

const editor = (page: Page) => page.getByRole('textbox', { name: 'Texto da empresa' });
const save = (page: Page) => page.getByRole('button', { name: 'Salvar', exact: true });
const saved = (page: Page) => expect(page.getByRole('status').filter({ hasText: 'Texto salvo' })).toBeVisible();

test('a draft survives a reload, and is offered before anything is written over it', async ({ page }) => {
  await logIn(page);
  await visit(page);
  const before = await editor(page).inputValue();
  await editor(page).fill(`${before}\nEscrito e não salvo.`);
  await expect(page.getByText(/Rascunho guardado às/)).toBeVisible();
  page.on('dialog', (dialog) => void dialog.accept());
  await visit(page);
  await expect(page.getByText(/Você tem um rascunho de hoje às/)).toBeVisible();
  await expect(editor(page), 'the text in use').toHaveValue(before);
  await state(page, 'rascunho');
  await page.getByRole('button', { name: 'Continuar o rascunho' }).click();
  await expect(editor(page)).toHaveValue(`${before}\nEscrito e não salvo.`);
  await save(page).click();
  await saved(page);
  await visit(page);
  await expect(editor(page)).toHaveValue(`${before}\nEscrito e não salvo.`);
  await expect(page.getByText(/Você tem um rascunho/)).toBeHidden();
});

test('a file is looked at, put into the editor, saved, compared and undone', async ({ page }) => {
  test.setTimeout(120_000);
  await logIn(page);
  await visit(page);
  const before = await editor(page).inputValue();
  await page.getByRole('button', { name: 'Importar' }).click();
  const dialog = page.getByRole('dialog', { name: 'Importar um texto' });
  await state(page, 'importar');

  await dialog.getByLabel('Escolher arquivo').setInputFiles(join(ARQUIVOS, 'digitalizado.pdf'));
  await expect(dialog.getByText(/não tem texto que dê para ler/)).toBeVisible();
  await dialog.getByRole('textbox', { name: /página do seu site/ }).fill('http://169.254.169.254/');
  await dialog.getByRole('button', { name: 'Ler página' }).click();
  await expect(dialog.getByText(/rede interna/)).toBeVisible();

  await dialog.getByLabel('Escolher arquivo').setInputFiles(join(ARQUIVOS, 'cardapio.docx'));
  await expect(dialog.getByText(/^Cabe inteiro/)).toBeVisible();
  await expect(editor(page), 'nothing has changed yet').toHaveValue(before);
  await state(page, 'previa');
  await dialog.getByRole('button', { name: 'Cancelar' }).click();
  await expect(editor(page)).toHaveValue(before);

  await page.getByRole('button', { name: 'Importar' }).click();
  await dialog.getByLabel('Escolher arquivo').setInputFiles(join(ARQUIVOS, 'cardapio.docx'));
  await dialog.getByRole('radio', { name: /Substituir/ }).check();
  await dialog.getByRole('button', { name: 'Colocar no editor' }).click();
  await expect(editor(page)).toHaveValue(/^# Cantina Bella/);
  await expect(page.getByText('Texto de cardapio.docx')).toBeVisible();
  await state(page, 'importado');
  await save(page).click();
  await saved(page);

  await page.getByRole('link', { name: 'Versões' }).click();
  const rows = page.getByRole('listitem').filter({ hasText: /Versão \d/ });
  await expect(rows.first()).toContainText('Em uso');
  await expect(rows.first()).toContainText('Importação');
  await rows.nth(1).getByRole('link').click();
  await expect(page).toHaveURL(/aba=versoes&v=\d+/);
  await expect(page.getByRole('region', { name: /^Versão/ }).getByText('Calabresa: R$ 45,00')).toBeVisible();
  await state(page, 'versoes');
  await page.getByRole('button', { name: 'Restaurar esta versão' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Restaurar esta versão' }).click();
  await expect(rows.first()).toContainText('Restauração da versão');
  await page.getByRole('link', { name: 'Texto', exact: true }).click();
  await expect(editor(page)).toHaveValue(before);
});

async function pair(page: Page, request: APIRequestContext): Promise<string> {
  await page.request.post(`${server.url}/api/v1/whatsapp/instance`);
  const status = async () =>
    (await (await page.request.get(`${server.url}/api/v1/whatsapp/status`)).json()) as { instance_id: string; status: string };
  const phone = `${server.evolutionUrl}/_sim/${(await status()).instance_id}`;
  const scan = async () => (await request.post(`${phone}/scan`, { data: { phone: '5511999990000', name: 'Loja' } })).status();
  await expect.poll(scan, { timeout: 40_000 }).toBe(200);
  await expect.poll(async () => (await status()).status).toBe('CONECTADO');
  return phone;
}

test('a question without an answer is taught, and then answered on the phone', async ({ page, request }) => {
  test.setTimeout(120_000);
  await logIn(page);
  await visit(page, '?aba=perguntas');
  await expect(page.getByRole('heading', { name: 'Nenhuma pergunta sem resposta' })).toBeVisible();
  await state(page, 'perguntas-vazio');

  const phone = await pair(page, request);
  const sent = async () => {
    const body = (await (await request.get(`${phone}/log`)).json()) as { to: string; text: string }[];
    return body.filter((m) => m.to.replace(/\D/g, '').startsWith(CONTACT.from)).map((m) => m.text);
  };
  await request.post(`${phone}/in`, { data: { ...CONTACT, text: 'Vocês têm bicicletário coberto?' } });
  await expect.poll(async () => (await sent()).length).toBe(1);
  const item = page.getByRole('listitem').filter({ hasText: 'bicicletário coberto' });
  await expect(item, 'without a reload').toBeVisible();
  await expect(item.getByRole('link', { name: 'Conversa com Lia Prado' })).toHaveAttribute('href', /\/dashboard\/conversas\//);
  await item.getByRole('button', { name: 'Responder e ensinar' }).click();
  await item.getByRole('button', { name: 'Ensinar', exact: true }).click();
  await expect(item.getByText('Escreva a resposta que a IA deve dar.')).toBeVisible();
  await state(page, 'ensinar');
  await item.getByRole('textbox', { name: 'Sua resposta' }).fill('Sim, temos bicicletário coberto com 20 vagas, de graça.');
  await item.getByRole('button', { name: 'Ensinar', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Nenhuma pergunta sem resposta' })).toBeVisible();
  await page.getByRole('link', { name: /^Ensinadas/ }).click();
  await expect(page.getByRole('heading', { name: 'Vocês têm bicicletário coberto?' })).toBeVisible();
  await state(page, 'ensinadas');

  // What the trial box says is what the phone gets.
  await page.getByRole('link', { name: 'Texto', exact: true }).click();
  await expect(page.getByText(/^Em uso pela IA/)).toBeVisible();
  const ask = async (q: string) => {
    await page.getByRole('textbox', { name: 'Pergunta de teste' }).fill(q);
    await page.getByRole('button', { name: 'Perguntar' }).click();
  };
  await ask('Quem descobriu a penicilina?');
  await expect(page.getByText('Passaria para uma pessoa')).toBeVisible();
  await expect(page.getByText(/Palavras que seu texto não tem: .*penicilina/)).toBeVisible();
  await state(page, 'testar-passa');
  await ask('tem bicicletário?');
  await expect(page.locator('.try-answer')).toContainText('20 vagas');
  await state(page, 'testar-responde');
  const conversas = (await (await page.request.get(`${server.url}/api/v1/conversas`)).json()) as { itens: { id: string }[] };
  await page.request.post(`${server.url}/api/v1/conversas/${conversas.itens[0]!.id}/devolver`);
  await request.post(`${phone}/in`, { data: { ...CONTACT, text: 'e bicicletário, vcs tem?' } });
  await expect.poll(async () => (await sent()).at(-1)).toContain('20 vagas');
});
