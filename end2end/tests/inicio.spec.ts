// The first run of a new account, as a person goes through it: text, trial, number, first answer; and the start page then.
import type { Page } from '@playwright/test';
import { axe, expect, hydrated, inTheme, open, screenshot, simUrl, test, url } from './fixtures.ts';

const TEXTO = `# Pizzaria do Bairro

## Horário
Abrimos de terça a domingo, das 18h às 23h. Segunda-feira a pizzaria fica fechada.

## Entrega
A taxa de entrega no Centro custa R$ 7,00. A entrega demora de 40 a 60 minutos.

## Pagamento
Aceitamos Pix, dinheiro e cartão de crédito e débito na entrega.
`;
const CLIENTE_NOVO = { from: '5511977776666', name: 'Marina' };

let contas = 0;

/** A new account, logged in. */
async function conta(page: Page, scripts = true): Promise<void> {
  contas += 1;
  const email = `nova${Date.now()}-${contas}@proseia.local`;
  const senha = 'senha-bem-comprida';
  const feita = await page.request.post(url('/dev/clientes'), { data: { nome: 'Pizzaria do Bairro', email, senha } });
  expect(feita.status()).toBe(204);
  await page.goto(url('/login'));
  if (scripts) await hydrated(page);
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Senha', { exact: true }).fill(senha);
  await page.getByRole('button', { name: 'Entrar' }).click();
  await expect(page).toHaveURL(/\/dashboard$/);
  if (scripts) await hydrated(page);
}

async function simulador(page: Page, what: string, body: unknown): Promise<void> {
  const answer = await page.request.get(url('/api/v1/whatsapp/status'));
  const { instance_id } = (await answer.json()) as { instance_id: string };
  const done = await fetch(simUrl(`${instance_id}/${what}`), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(done.ok).toBe(true);
}

async function semViolacoes(page: Page, nome: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await inTheme(page, colorScheme);
    await screenshot(page, `inicio/${nome}-${colorScheme}`, true);
    expect.soft(await axe(page), `axe, ${nome}, ${colorScheme}`).toEqual([]);
  }
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
  expect.soft(wide, `${nome}: no horizontal scroll`).toBe(false);
}

const passos = (page: Page) => page.getByRole('region', { name: 'Para a IA começar a atender' });
const prontidao = (page: Page) => page.getByRole('region', { name: 'O que a IA já sabe responder' });

test.describe('1920 px', () => {
  test.use({ viewport: { width: 1920, height: 1080 } });

  test('from an empty account to the first answer', async ({ page }) => {
    test.setTimeout(120_000);
    await conta(page);

    await test.step('the empty account says what to do', async () => {
      await expect(passos(page)).toContainText('0 de 4 etapas');
      await expect(page.getByRole('region', { name: 'Números do período' })).toHaveCount(0);
      await prontidao(page).getByRole('button', { name: 'Testar meu texto' }).click();
      await expect(prontidao(page).getByText('Escolha um ramo na lista para continuar.')).toBeVisible();
      await prontidao(page).getByLabel('Qual é o seu ramo?').selectOption('Pizzaria ou delivery');
      await prontidao(page).getByRole('button', { name: 'Testar meu texto' }).click();
      await expect(prontidao(page)).toContainText('0 de 15 perguntas respondidas');
      await semViolacoes(page, 'vazia-1920');
    });

    await test.step('the text is pasted', async () => {
      await passos(page).getByRole('link', { name: 'Escrever' }).click();
      await expect(page).toHaveURL(/\/conhecimento$/);
      await page.locator('#texto').fill(TEXTO);
      await page.getByRole('button', { name: /^Salvar/ }).first().click();
      await expect
        .poll(async () => ((await (await page.request.get(url('/api/v1/knowledge'))).json()) as { indexacao: string }).indexacao)
        .toBe('PRONTO');
      await page.goBack();
      await expect(passos(page)).toContainText('1 de 4 etapas');
      await expect(prontidao(page)).toContainText(/[3-9] de 15 perguntas respondidas/);
    });

    await test.step('one click opens a form that adds a line', async () => {
      const antes = await prontidao(page).getByText(/\d+ de 15 perguntas/).innerText();
      const borda = prontidao(page).getByRole('listitem').filter({ hasText: 'Quanto é a borda recheada?' });
      await borda.locator('summary').click();
      await borda.getByRole('button', { name: 'Salvar no conhecimento' }).click();
      await expect(borda.getByText('Escreva a resposta antes de salvar.')).toBeVisible();
      await borda.getByRole('textbox').fill('A borda recheada de catupiry ou cheddar custa R$ 9,00.');
      await semViolacoes(page, 'ensinar-1920');
      await borda.getByRole('button', { name: 'Salvar no conhecimento' }).click();
      await expect(borda, 'answered now').toHaveCount(0);
      await expect(prontidao(page).getByText(/\d+ de 15 perguntas/)).not.toHaveText(antes);
    });

    await test.step('a question is tried', async () => {
      await passos(page).getByRole('link', { name: 'Testar' }).click();
      await page.locator('#pergunta').fill('quanto é a borda?');
      await page.locator('#pergunta').press('Enter');
      await expect(page.getByText('custa R$ 9,00').first()).toBeVisible();
      await page.goBack();
      await expect(passos(page)).toContainText('2 de 4 etapas');
    });

    await test.step('the number is connected', async () => {
      await passos(page).getByRole('link', { name: 'Conectar' }).click();
      await expect(page).toHaveURL(/\/whatsapp$/);
      await page.getByRole('main').getByRole('button', { name: 'Conectar WhatsApp' }).click();
      await expect(page.getByRole('img', { name: /código qr/i })).toBeVisible({ timeout: 20_000 });
      await simulador(page, 'scan', { phone: '5511999990000', name: 'Pizzaria' });
      await expect(page.getByRole('heading', { name: 'Conectado', exact: true })).toBeVisible();
      await open(page, '/dashboard');
      await expect(passos(page)).toContainText('3 de 4 etapas');
      await expect(page.getByText('A IA está respondendo no número +55 11 99999-0000.')).toBeVisible();
    });

    await test.step('the first answer appears by itself, and is seen', async () => {
      await simulador(page, 'in', { ...CLIENTE_NOVO, text: 'Vocês aceitam Pix?' });
      const figuras = page.getByRole('region', { name: 'Números do período' });
      await expect(figuras, 'without a reload').toBeVisible({ timeout: 20_000 });
      await expect(passos(page).getByText('A IA já respondeu alguém.')).toBeVisible({ timeout: 20_000 });
      await passos(page).getByRole('link', { name: 'Ver conversas' }).click();
      await page.getByRole('link', { name: /Marina/ }).first().click();
      await expect(page.getByText(/Aceitamos Pix/).last()).toBeVisible();
      await expect
        .poll(async () => ((await (await page.request.get(url('/api/v1/primeiros-passos'))).json()) as { viu: boolean }).viu)
        .toBe(true);
    });

    await test.step('done: the list is put away and stays away', async () => {
      await open(page, '/dashboard');
      await expect(page.getByText('Tudo pronto: a IA está atendendo')).toBeVisible();
      await page.getByRole('button', { name: 'Guardar esta lista' }).click();
      await expect(page.getByText('Tudo pronto: a IA está atendendo')).toHaveCount(0);
      await page.reload();
      await hydrated(page);
      await expect(page.getByRole('region', { name: 'Números do período' })).toBeVisible();
      await expect(page.getByText('Tudo pronto: a IA está atendendo')).toHaveCount(0);
    });

    await test.step('figures lead to their lists, charts have tables', async () => {
      const figuras = page.getByRole('region', { name: 'Números do período' });
      await expect(figuras.getByRole('article').filter({ hasText: 'Mensagens recebidas' })).toContainText('1');
      await expect(page.locator('proseia-grafico[pronto] svg').first()).toBeVisible();
      await expect(page.getByRole('table', { name: 'Mensagens por dia' }).getByRole('row')).toHaveCount(2);
      await page.getByRole('button', { name: /Ver como tabela.*Mensagens por dia/ }).click();
      await expect(page.getByRole('table', { name: 'Mensagens por dia' })).toBeInViewport();
      await semViolacoes(page, 'cheia-1920');
      await page.getByRole('link', { name: 'Hoje', exact: true }).click();
      await expect(page).toHaveURL(/periodo=hoje/);
      await expect(page.getByRole('heading', { name: 'Mensagens por hora, hoje' })).toBeVisible();
      await figuras.getByRole('link', { name: 'Respondidas pela IA' }).click();
      await expect(page).toHaveURL(/conversas\?estado=IA_ATIVA/);
      await page.goBack();
      await expect(page).toHaveURL(/periodo=hoje/);
    });
  });
});

for (const size of [
  { width: 768, height: 1024 },
  { width: 375, height: 667 },
]) {
  test.describe(`${size.width} px`, () => {
    test.use({ viewport: size, hasTouch: true });

    test('the empty account and the tutorials', async ({ page }) => {
      await conta(page);
      await prontidao(page).getByLabel('Qual é o seu ramo?').selectOption('Salão ou barbearia');
      await prontidao(page).getByRole('button', { name: 'Testar meu texto' }).click();
      await expect(prontidao(page)).toContainText('0 de 14 perguntas respondidas');
      await prontidao(page).locator('summary').first().click();
      const caixa = await prontidao(page).getByRole('button', { name: 'Salvar no conhecimento' }).first().boundingBox();
      expect(caixa?.height, 'a target for a thumb').toBeGreaterThanOrEqual(44);
      await semViolacoes(page, `vazia-${size.width}`);
      await open(page, '/dashboard/tutoriais#conectar');
      await expect(page.getByRole('heading', { name: /^Conectar o WhatsApp/ })).toBeInViewport();
      await semViolacoes(page, `tutoriais-${size.width}`);
    });
  });
}

test.describe('without scripts', () => {
  // So Chromium reports a script that it does not load because scripts are off.
  test.use({ javaScriptEnabled: false, expectedConsole: [/^csp$/] });

  test('a trade is chosen and an answer is saved by plain forms', async ({ page }) => {
    await conta(page, false);
    await prontidao(page).getByLabel('Qual é o seu ramo?').selectOption('Outro');
    await prontidao(page).getByRole('button', { name: 'Testar meu texto' }).click();
    await expect(prontidao(page).getByText('0 de 15 perguntas respondidas')).toBeVisible();
    const garantia = prontidao(page).getByRole('listitem').filter({ hasText: 'Tem garantia?' });
    await garantia.locator('summary').click();
    await garantia.getByRole('textbox').fill('Damos garantia de 90 dias em todo serviço.');
    await garantia.getByRole('button', { name: 'Salvar no conhecimento' }).click();
    await expect(async () => {
      await page.goto(url('/dashboard'));
      await expect(prontidao(page).getByText(/[1-9]\d* de 15 perguntas respondidas/)).toBeVisible({ timeout: 1000 });
    }).toPass({ timeout: 20_000 });
  });
});
