// Settings and account, on a server of their own: tone, texts and logins of the demo cliente are changed here.
import type { Page } from '@playwright/test';
import { clear, place, start, type Place, type Server } from '../server.ts';
import { axe, expect, hydrated, screenshot, test } from './fixtures.ts';

test.describe.configure({ mode: 'serial' });
test.use({
  viewport: { width: 1440, height: 900 },
  // So the browser reports an answer that is expected: somebody else saved first.
  expectedConsole: [/status of 409/],
});
test.skip(!process.env.PROSEIA_BIN, 'needs a server of its own: PROSEIA_BIN');

const CONTACT = { from: '5511955554444', name: 'Carla Dias' };
const SENHA = 'proseia-demo';
let where: Place;
let server: Server;

test.beforeAll(async () => {
  where = await place();
  server = await start(where, 'ajustes.log');
});

test.afterAll(async () => {
  await server?.stop();
  if (where) await clear(where);
});

async function signIn(page: Page, path = '/dashboard'): Promise<void> {
  const answer = await page.request.post(`${server.url}/api/v1/auth/login`, { data: { email: 'demo@proseia.local', senha: SENHA } });
  expect(answer.status()).toBe(200);
  await page.goto(`${server.url}${path}`);
  await hydrated(page);
}

test('tone and texts of the page are what the customer reads next', async ({ page }) => {
  test.setTimeout(90_000);
  await signIn(page);
  await page.request.post(`${server.url}/api/v1/whatsapp/instance`);
  const { instance_id } = (await (await page.request.get(`${server.url}/api/v1/whatsapp/status`)).json()) as { instance_id: string };
  const sim = `${server.evolutionUrl}/_sim/${instance_id}`;
  await page.request.post(`${sim}/scan`, { data: { phone: '5511999990000', name: 'Loja' } });
  const status = async () => ((await (await page.request.get(`${server.url}/api/v1/whatsapp/status`)).json()) as { status: string }).status;
  await expect.poll(status).toBe('CONECTADO');
  const said = async () =>
    ((await (await page.request.get(`${sim}/log`)).json()) as { to: string; text: string }[]).map((m) => m.text);
  const ask = async (text: string, n: number) => {
    await page.request.post(`${sim}/in`, { data: { ...CONTACT, text } });
    await expect.poll(async () => (await said()).length, { timeout: 10_000 }).toBe(n);
    return (await said())[n - 1];
  };

  await page.getByRole('navigation', { name: 'Menu principal', exact: true }).getByRole('link', { name: 'Config Bot' }).click();
  await expect(page.getByRole('heading', { name: 'Configurações do Bot' })).toBeVisible();
  const preview = page.getByRole('complementary', { name: 'Prévia da conversa' });
  const save = page.getByRole('button', { name: 'Salvar', exact: true });

  await test.step('the tone changes the ready texts and the preview', async () => {
    await page.getByRole('radio', { name: 'Formal' }).check();
    await expect(page.getByLabel('Saudação')).toHaveValue(/^Olá, \{nome\}\. Agradecemos/);
    await expect(preview.getByText('Olá, Carla. Agradecemos o contato com a Empório Girassol.')).toBeVisible();
    await expect(page.getByText(/alterações não salvas/)).toBeVisible();
  });

  await test.step('a mark that is not known is refused in words, and nothing is lost', async () => {
    await page.getByLabel('Saudação').fill('Oi, {apelido}!');
    await save.click();
    await expect(page.getByText('Não conhecemos {apelido}. Use {nome}, {loja} ou {horario}, ou tire as chaves.')).toBeVisible();
    await expect(page.getByLabel('Saudação')).toBeFocused();
    await page.getByLabel('Saudação').fill('Saudações, {nome}. ');
    await page.getByLabel('Saudação').press('End');
    await page.getByRole('button', { name: 'Inserir {loja} no texto' }).click();
    await expect(preview.getByText('Saudações, Carla. Empório Girassol')).toBeVisible();
  });

  await test.step('an own text is not overwritten by another tone', async () => {
    await page.getByRole('radio', { name: 'Técnico' }).check();
    await expect(page.getByLabel('Saudação')).toHaveValue('Saudações, {nome}. {loja}');
    await expect(page.getByLabel('Quando não sabe responder')).toHaveValue('Informação não cadastrada. Atendimento humano acionado.');
    await page.getByRole('radio', { name: 'Formal' }).check();
  });

  await test.step('saved, it is what is answered', async () => {
    await screenshot(page, 'config-1440', true);
    await save.click();
    await expect(page.getByText('Configurações salvas')).toBeVisible();
    expect(await ask('Oi', 1)).toBe('Saudações, Carla. Empório Girassol');
    expect(await ask('Obrigada', 2)).toBe('Por nada. Permanecemos à disposição.');
    await page.reload();
    await hydrated(page);
    await expect(page.getByLabel('Saudação')).toHaveValue('Saudações, {nome}. {loja}');
    await expect(page.getByRole('radio', { name: 'Formal' })).toBeChecked();
  });

  await test.step('leaving with changes asks first', async () => {
    await page.getByLabel('Enquanto espera').fill('Um instante.');
    let question = '';
    page.once('dialog', (dialog) => {
      question = dialog.message();
      void dialog.dismiss();
    });
    await page.getByRole('navigation', { name: 'Menu principal', exact: true }).getByRole('link', { name: 'Meu Perfil' }).click();
    expect(question).toContain('Sair sem salvar?');
    await expect(page).toHaveURL(/\/dashboard\/config/);
  });

  await test.step('what another tab has saved is merged', async () => {
    const other = await page.request.put(`${server.url}/api/v1/config`, { data: { espera: 'Da outra aba.', retencao_dias: 60 } });
    expect(other.status()).toBe(200);
    await save.click();
    const notice = page.getByRole('alert').filter({ hasText: 'salvas em outro lugar' });
    await expect(notice).toContainText('Mudou nos dois lugares: Enquanto espera. Lá está: Da outra aba.');
    await expect(page.getByLabel('Enquanto espera')).toHaveValue('Um instante.');
    await expect(page.getByLabel('Dias para guardar mensagens')).toHaveValue('60');
    await save.click();
    await expect(notice).toBeHidden();
    const now = (await (await page.request.get(`${server.url}/api/v1/config`)).json()) as { espera: string; retencao_dias: number };
    expect([now.espera, now.retencao_dias]).toEqual(['Um instante.', 60]);
  });

  await test.step('hours are edited and copied', async () => {
    await page.getByRole('button', { name: 'Com horário' }).click();
    await page.getByLabel('Segunda, faixa 1, fecha às').fill('12:00');
    await page.getByRole('button', { name: 'Adicionar faixa de Segunda' }).click();
    await page.getByRole('button', { name: 'Copiar para os dias úteis' }).click();
    await expect(page.getByLabel('Sexta, faixa 2, abre às')).toHaveValue('18:00');
    await save.click();
    await expect(page.getByText('Tudo salvo')).toBeVisible();
    const { horario } = (await (await page.request.get(`${server.url}/api/v1/config`)).json()) as { horario: Record<string, unknown> };
    expect(horario.sexta).toEqual([
      { de: '09:00', ate: '12:00' },
      { de: '18:00', ate: '22:00' },
    ]);
    expect(horario.sabado).toEqual([]);
  });
});

test('the settings are a form before the WASM has arrived', async ({ browser }) => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(`${server.url}/login`);
  await page.getByLabel('E-mail').fill('demo@proseia.local');
  await page.getByLabel('Senha', { exact: true }).fill(SENHA);
  await page.getByRole('button', { name: 'Entrar' }).click();
  await page.goto(`${server.url}/dashboard/config`);
  await page.getByLabel('Saudação').fill('Bom dia, {nome}.');
  await page.getByRole('button', { name: 'Salvar', exact: true }).click();
  await expect(page.getByText('Configurações salvas')).toBeVisible();
  await expect(page.getByLabel('Saudação')).toHaveValue('Bom dia, {nome}.');
  await context.close();
});

test('"sair dos outros" ends the other device, and the language follows the account', async ({ page, browser }) => {
  await signIn(page, '/dashboard/perfil');
  const context = await browser.newContext();
  const other = await context.newPage();
  await signIn(other, '/dashboard/perfil');
  await page.reload();
  await hydrated(page);
  const devices = page.getByRole('region', { name: 'Dispositivos conectados' });
  await expect(devices.getByText('Este dispositivo')).toBeVisible();
  await screenshot(page, 'perfil-1440', true);
  await devices.getByRole('button', { name: 'Sair dos outros' }).click();
  await expect(devices.getByText('Sua conta só está aberta aqui.')).toBeVisible();
  await other.goto(`${server.url}/dashboard`);
  await expect(other).toHaveURL(/\/login/);

  await page.getByLabel('Nome', { exact: true }).fill('Girassol Flores');
  await page.getByRole('button', { name: 'Salvar dados' }).click();
  await expect(page.getByText('Dados salvos')).toBeVisible();
  await expect(page.locator('.tenant-name')).toHaveText('Girassol Flores');

  await page.getByRole('button', { name: 'English' }).click();
  await expect(page.getByRole('heading', { name: 'My Profile' })).toBeVisible();
  // Signed in elsewhere, it is still English.
  await other.getByLabel('E-mail').fill('demo@proseia.local');
  await other.getByLabel('Senha', { exact: true }).fill(SENHA);
  await other.getByRole('button', { name: 'Entrar' }).click();
  await expect(other.getByRole('navigation', { name: 'Main menu', exact: true })).toBeVisible();
  await context.close();
  await hydrated(page);
  await page.getByRole('button', { name: 'Português' }).click();
  await expect(page.getByRole('heading', { name: 'Meu Perfil' })).toBeVisible();
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing, ${colorScheme}`, async ({ page }) => {
    test.setTimeout(60_000);
    await page.emulateMedia({ colorScheme });
    await signIn(page, '/dashboard/config');
    expect(await axe(page)).toEqual([]);
    await screenshot(page, `config-${colorScheme}`, true);
    await page.setViewportSize({ width: 375, height: 667 });
    expect(await axe(page)).toEqual([]);
    await screenshot(page, `config-${colorScheme}-375`, true);
    await page.goto(`${server.url}/dashboard/perfil`);
    await hydrated(page);
    await page.getByText('Quero encerrar minha conta').click();
    expect(await axe(page)).toEqual([]);
    await screenshot(page, `perfil-${colorScheme}-375`, true);
    await page.setViewportSize({ width: 1440, height: 900 });
    expect(await axe(page)).toEqual([]);
    await screenshot(page, `perfil-${colorScheme}`, true);
  });
}

test('an account is closed and reopened', async ({ page }) => {
  await signIn(page, '/dashboard/perfil');
  await page.getByText('Quero encerrar minha conta').click();
  await page.getByLabel('Escreva o nome da sua empresa: Girassol Flores').fill('Girassol');
  await page.getByLabel('Sua senha', { exact: true }).fill(SENHA);
  await page.getByRole('button', { name: 'Encerrar minha conta' }).click();
  await expect(page.getByText('Escreva o nome como está na conta: Girassol Flores.')).toBeVisible();
  await page.getByLabel('Escreva o nome da sua empresa: Girassol Flores').fill('girassol flores');
  await page.getByRole('button', { name: 'Encerrar minha conta' }).click();
  await expect(page.getByText(/^Conta encerrada\./)).toBeVisible();
  await page.getByLabel('E-mail').fill('demo@proseia.local');
  await page.getByLabel('Senha', { exact: true }).fill(SENHA);
  await page.getByRole('button', { name: 'Entrar' }).click();
  await expect(page.getByRole('heading', { name: 'Sua conta está encerrada' })).toBeVisible();
  await hydrated(page);
  expect(await axe(page)).toEqual([]);
  await screenshot(page, 'encerrada-1440');
  await page.getByRole('button', { name: 'Reabrir conta' }).click();
  await expect(page.getByRole('heading', { name: /Girassol Flores/ })).toBeVisible();
});
