// From the landing to the first answer on WhatsApp without a person of ours in between, and what can go another way: on a
// server of its own, with the Stripe stand-in and a mail server that speaks SMTP.
import type { Page } from '@playwright/test';
import { clear, place, start, type Place, type Server } from '../server.ts';
import { Smtp } from '../smtp.ts';
import { axe, expect, hydrated, inTheme, overflow, screenshot, smallTargets, test } from './fixtures.ts';

test.describe.configure({ mode: 'serial' });
test.use({
  // A refusal comes back as the page itself, and the browser reports its status.
  expectedConsole: [/status of (402|409|410|422|403|401|404)/],
  viewport: { width: 1440, height: 900 },
});
test.skip(!process.env.PROSEIA_BIN, 'needs a server of its own: PROSEIA_BIN');

const DIA = 86_400;
const CONHECIMENTO = `## Horário de funcionamento
Abrimos de terça a domingo, das 18h às 23h30. Na segunda-feira a pizzaria fica fechada.

## Entrega
Entregamos no Centro e no Cambuí. A taxa de entrega é de R$ 8,00 e o prazo é de 40 a 60 minutos.

## Pagamento
Aceitamos Pix, cartão de crédito, cartão de débito e dinheiro.`;

let where: Place;
let server: Server;
let smtp: Smtp;

test.beforeAll(async () => {
  smtp = await Smtp.start();
  where = await place();
  server = await start(where, 'assinar.log', { SMTP_URL: smtp.url, MAIL_FROM: 'Proseia <contato@proseia.local>' });
});

test.afterAll(async () => {
  await server?.stop();
  await smtp?.stop();
  if (where) await clear(where);
});

interface Quem {
  nome: string;
  email: string;
  telefone: string;
  documento: string;
}

const quem = (nome: string, email: string, documento = '529.982.247-25'): Quem => ({ nome, email, telefone: '(19) 99134-0272', documento });

/** What a page must be, at the widths and in the theme that the plan names. */
async function look(page: Page, name: string): Promise<void> {
  const before = page.viewportSize();
  for (const width of [1920, 375]) {
    await page.setViewportSize({ width, height: width === 375 ? 667 : 1080 });
    expect.soft(await overflow(page), `${name}: no horizontal scroll at ${width} px`).toBeLessThanOrEqual(0);
    await screenshot(page, `assinar/${name}-${width}`, true);
    expect.soft(await axe(page), `${name}: axe at ${width} px`).toEqual([]);
  }
  await inTheme(page, 'dark');
  await screenshot(page, `assinar/${name}-375-dark`, true);
  expect.soft(await axe(page, ['color-contrast']), `${name}: contrast in the dark`).toEqual([]);
  await inTheme(page, 'light');
  if (before) await page.setViewportSize(before);
}

async function fill(page: Page, { nome, email, telefone, documento }: Quem): Promise<void> {
  await page.getByLabel('Nome da empresa').fill(nome);
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Telefone com DDD').fill(telefone);
  await page.getByLabel('CPF ou CNPJ').fill(documento);
}

const pagar = (page: Page) => page.getByRole('button', { name: 'Ir para o pagamento' });
const noStripe = (page: Page) => page.waitForURL((url) => url.origin === server.stripeUrl);
const emCheckout = (url: URL) => url.origin === server.url && /^\/checkout\/[0-9a-f-]{36}$/.test(url.pathname);

/** From the checkout to the stand-in's page. */
async function atePagamento(page: Page, quem: Quem, query = '?plano=balcao&ciclo=mes'): Promise<void> {
  await page.goto(`${server.url}/checkout${query}`);
  await fill(page, quem);
  await pagar(page).click();
  await noStripe(page);
}

/** The mail that came to an address for which `pick` finds something. */
async function carta(email: string, pick: RegExp): Promise<string> {
  const find = () => smtp.of(email).map(({ text }) => pick.exec(text)?.[1]).find((found) => found !== undefined);
  await expect.poll(find, { timeout: 30_000, message: `a mail to ${email} with ${pick}` }).toBeTruthy();
  return find() ?? '';
}

const sim = async (path: string, body: unknown) => {
  const answer = await fetch(`${server.stripeUrl}/_sim/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(answer.ok, `${path}: ${answer.status}`).toBe(true);
};

/** The account of a payment that was just made: by the link of its mail, with a senha of its own. */
async function entrarPeloLink(page: Page, email: string, senha: string): Promise<void> {
  const link = await carta(email, /(https?:\/\/\S+\/nova-senha#[0-9a-f]+)/);
  await page.goto(link.replace(/^https?:\/\/[^/]+/, server.url));
  await page.getByLabel('Nova senha').fill(senha);
  await page.getByRole('button', { name: 'Salvar e entrar' }).click();
  await expect(page).toHaveURL((url) => url.pathname === '/dashboard');
  await hydrated(page);
}

test('from the landing to the first answer, without a step by hand', async ({ page }) => {
  test.setTimeout(240_000);
  const begun = Date.now();
  const laps: [string, number][] = [];
  const lap = (name: string) => laps.push([name, Date.now() - begun]);
  const dona = quem('Pizzaria do Bairro', 'marina@pizzaria.com.br');
  const senha = 'forno a lenha 2026';

  await test.step('landing, prices, checkout: plan and cycle are kept', async () => {
    await page.goto(`${server.url}/`);
    await page.getByText('Anual, 2 meses grátis').click();
    await page.getByRole('link', { name: 'Assinar Loja' }).click();
    await expect(page).toHaveURL((url) => url.pathname === '/checkout');
    await expect(page.getByRole('heading', { level: 1, name: 'Assinar o Proseia' })).toBeVisible();
    await expect(page.getByRole('radio', { name: /^Loja/ })).toBeChecked();
    await expect(page.getByRole('radio', { name: 'Anual' })).toBeChecked();
    await expect(page.getByRole('complementary', { name: 'Resumo' })).toContainText('R$ 2.890 por ano');
    await page.getByRole('radio', { name: 'Mensal' }).check();
    await expect(page.getByRole('complementary', { name: 'Resumo' })).toContainText('R$ 289 por mês');
    lap('checkout');
  });

  await test.step('what is wrong is said at its field, and nothing is lost', async () => {
    await fill(page, { ...dona, email: 'marina@pizzaria', documento: '529.982.247-24' });
    await pagar(page).click();
    await expect(page.getByRole('alert')).toContainText('Falta corrigir 2 campos');
    await expect(page.getByLabel('E-mail')).toHaveAccessibleDescription(/nome@empresa\.com\.br/);
    await expect(page.getByLabel('E-mail')).toBeFocused();
    await expect(page.getByLabel('CPF ou CNPJ')).toHaveAccessibleDescription(/não confere/);
    await expect(page.getByLabel('Nome da empresa')).toHaveValue(dona.nome);
    await expect(page.getByRole('radio', { name: /^Loja/ })).toBeChecked();
    await expect(page.getByRole('radio', { name: 'Mensal' })).toBeChecked();
    await look(page, 'checkout-erros');
    await fill(page, dona);
  });

  await test.step('payment on the stand-in', async () => {
    await pagar(page).click();
    await noStripe(page);
    lap('payment page');
    await page.getByRole('button', { name: 'Assinar', exact: true }).click();
    await page.waitForURL(emCheckout);
    await expect(page.getByRole('heading', { name: 'Tudo certo. Sua conta está pronta' })).toBeVisible({ timeout: 20_000 });
    await expect(page.getByText('Enviamos o acesso para ma•••@pizzaria.com.br.')).toBeVisible();
    await expect(page.getByRole('heading', { name: 'Os próximos três passos' })).toBeVisible();
    lap('account');
    await look(page, 'retorno-pago');
  });

  await test.step('the mail has login, first senha and link; the senha opens one door only', async () => {
    const inicial = await carta(dona.email, /^Senha inicial: (\S+)/m);
    lap('mail');
    await page.getByRole('link', { name: 'Entrar na conta' }).click();
    await hydrated(page);
    await page.getByLabel('E-mail').fill(dona.email);
    await page.getByLabel('Senha', { exact: true }).fill(inicial);
    await page.getByRole('button', { name: 'Entrar', exact: true }).click();
    await expect(page.getByRole('heading', { name: 'Agora crie a sua senha' })).toBeVisible();
    await look(page, 'primeira-senha');
    await page.goto(`${server.url}/dashboard/conhecimento`);
    await expect(page, 'nothing else is open yet').toHaveURL((url) => url.pathname === '/dashboard/nova-senha');
    await page.getByLabel('Senha que você recebeu por e-mail').fill('outra coisa');
    await page.getByLabel('Nova senha').fill(senha);
    await page.getByRole('button', { name: 'Salvar e ir para o painel' }).click();
    await expect(page.getByText('Esta não é a senha em uso.')).toBeVisible();
    await page.getByLabel('Senha que você recebeu por e-mail').fill(inicial);
    await page.getByLabel('Nova senha').fill(senha);
    await page.getByRole('button', { name: 'Salvar e ir para o painel' }).click();
    await expect(page).toHaveURL((url) => url.pathname === '/dashboard');
    await hydrated(page);
    await expect(page.getByRole('heading', { name: 'Olá, Pizzaria do Bairro' })).toBeVisible();
    lap('own senha');
  });

  await test.step('knowledge pasted', async () => {
    await page.goto(`${server.url}/dashboard/conhecimento`);
    await hydrated(page);
    await page.getByRole('textbox', { name: 'Texto da empresa' }).fill(CONHECIMENTO);
    await page.getByRole('button', { name: 'Salvar', exact: true }).click();
    await expect(page.getByText(/^Em uso pela IA/)).toBeVisible({ timeout: 60_000 });
    lap('knowledge');
  });

  await test.step('number scanned, question answered', async () => {
    await page.goto(`${server.url}/dashboard/whatsapp`);
    await hydrated(page);
    await page.getByRole('main').getByRole('button', { name: 'Conectar WhatsApp' }).click();
    await expect(page.getByRole('img', { name: /código qr/i })).toBeVisible({ timeout: 20_000 });
    const { instance_id } = (await (await page.request.get(`${server.url}/api/v1/whatsapp/status`)).json()) as { instance_id: string };
    const phone = `${server.evolutionUrl}/_sim/${instance_id}`;
    await page.request.post(`${phone}/scan`, { data: { phone: '5519991340272', name: 'Pizzaria' } });
    await expect(page.getByRole('heading', { name: 'Conectado', exact: true })).toBeVisible();
    lap('WhatsApp');
    const said = async () => ((await (await page.request.get(`${phone}/log`)).json()) as { text: string }[]).map(({ text }) => text);
    await page.request.post(`${phone}/in`, { data: { from: '5511988887777', name: 'Carla', text: 'Qual é a taxa de entrega?' } });
    await expect.poll(async () => (await said()).length, { timeout: 15_000 }).toBeGreaterThan(0);
    expect((await said()).join('\n')).toContain('8,00');
    lap('first answer');
  });

  await test.step('one welcome, one account, and the assinatura as paid', async () => {
    expect(smtp.of(dona.email).filter(({ text }) => text.includes('/nova-senha#'))).toHaveLength(1);
    await page.getByRole('navigation', { name: 'Menu principal', exact: true }).getByRole('link', { name: 'Assinatura' }).click();
    await expect(page.getByRole('heading', { name: 'Plano Loja' })).toBeVisible();
    await expect(page.getByText('R$ 289,00 por mês')).toBeVisible();
    await look(page, 'assinatura');
  });

  console.log(`from / to the first answer: ${((Date.now() - begun) / 1000).toFixed(1)} s, looked at on the way\n${laps.map(([name, ms]) => `${(ms / 1000).toFixed(1)} s ${name}`).join('\n')}`);
});

test('declined, then paid with another card', async ({ page }) => {
  const ana = quem('Ana Flores', 'ana@flores.com.br', '11.222.333/0001-81');
  await atePagamento(page, ana);
  await page.getByRole('button', { name: 'Simular cartão recusado' }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  await page.getByRole('button', { name: 'Assinar', exact: true }).click();
  await page.waitForURL(emCheckout);
  await expect(page.getByRole('heading', { name: 'Tudo certo. Sua conta está pronta' })).toBeVisible({ timeout: 20_000 });
});

test('already a client: to the login, with the e-mail filled in and nothing charged', async ({ page }) => {
  await page.goto(`${server.url}/checkout`);
  await fill(page, quem('Outra Flores', 'ana@flores.com.br'));
  await pagar(page).click();
  await expect(page.getByRole('alert')).toContainText('Este e-mail já tem uma conta');
  await expect(page.getByLabel('Nome da empresa')).toHaveValue('Outra Flores');
  await screenshot(page, 'assinar/ja-cliente', true);
  await page.getByRole('alert').getByRole('link', { name: 'Entrar' }).click();
  await expect(page).toHaveURL((url) => url.pathname === '/login');
  await expect(page.getByLabel('E-mail')).toHaveValue('ana@flores.com.br');
  await page.goBack();
  await expect(page.getByRole('heading', { level: 1, name: 'Assinar o Proseia' }), 'no form has to be sent again').toBeVisible();
  await expect(page.getByLabel('Nome da empresa')).toHaveValue('Outra Flores');
  await expect(page.getByLabel('CPF ou CNPJ')).toHaveValue('529.982.247-25');
});

test('abandoned, then resumed from the same address', async ({ page }) => {
  const bia = quem('Bia Doces', 'bia@doces.com.br');
  await atePagamento(page, bia);
  await page.getByRole('link', { name: 'Voltar à loja' }).click();
  await page.waitForURL((url) => emCheckout(url) && url.searchParams.has('voltou'));
  await expect(page.getByRole('heading', { name: 'O pagamento ainda não foi concluído' })).toBeVisible();
  await look(page, 'retorno-voltou');
  const aqui = page.url();
  await page.goto('about:blank');
  await page.goto(aqui);
  await page.getByRole('button', { name: 'Continuar para o pagamento' }).click();
  await noStripe(page);
  await page.getByRole('button', { name: 'Assinar', exact: true }).click();
  await page.waitForURL(emCheckout);
  await expect(page.getByRole('heading', { name: 'Tudo certo. Sua conta está pronta' })).toBeVisible({ timeout: 20_000 });
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false, expectedConsole: [/^csp$|status of 422/] });

  test('the checkout leads to the payment and back all the same', async ({ page }) => {
    await page.goto(`${server.url}/checkout?plano=balcao`);
    await pagar(page).click();
    await expect(page.getByText('Falta corrigir 4 campos')).toBeVisible();
    await fill(page, quem('Sem Script', 'sem@script.com.br'));
    await pagar(page).click();
    await noStripe(page);
    await page.getByRole('button', { name: 'Assinar', exact: true }).click();
    await page.waitForURL(emCheckout);
    await expect(page.getByRole('heading', { name: 'Tudo certo. Sua conta está pronta' })).toBeVisible({ timeout: 20_000 });
    await page.getByText('O e-mail não chegou?').click();
    await page.getByRole('button', { name: 'Enviar um link' }).click();
    await expect(page.getByText('O link foi enviado para s•••@script.com.br.')).toBeVisible();
  });
});

test('boleto, by a client without an assinatura: waits, says what happens, and it holds when the bank confirms', async ({ page }) => {
  const login = await page.request.post(`${server.url}/api/v1/auth/login`, { data: { email: 'demo@proseia.local', senha: 'proseia-demo' } });
  expect(login.status()).toBe(200);
  await page.goto(`${server.url}/checkout?plano=balcao`);
  await expect(page.getByLabel('E-mail')).toHaveValue('demo@proseia.local');
  await expect(page.getByLabel('E-mail'), 'the account stays the same').not.toBeEditable();
  await expect(page.getByText('dias de teste'), 'a trial is for new accounts').toBeHidden();
  await page.getByLabel('Telefone com DDD').fill('(19) 3251-0440');
  await page.getByLabel('CPF ou CNPJ').fill('11.444.777/0001-61');
  await pagar(page).click();
  await noStripe(page);
  await page.getByRole('button', { name: 'Gerar boleto' }).click();
  await page.getByRole('link', { name: 'Continuar na loja' }).click();
  await page.waitForURL(emCheckout);
  await expect(page.getByRole('heading', { level: 1, name: 'Falta pagar o boleto' })).toBeVisible({ timeout: 20_000 });
  await look(page, 'retorno-boleto');
  await expect(page.getByText(/^São R\$\s149, com vencimento em /)).toBeVisible();
  const boleto = await page.getByRole('link', { name: 'Abrir o boleto' }).getAttribute('href');
  expect(new URL(boleto ?? '').origin, 'the voucher, where it is made').toBe(server.stripeUrl);
  await page.goto(`${server.url}/dashboard/assinatura`);
  await expect(page.getByRole('heading', { name: /^Boleto a pagar, R\$\s149,00$/ })).toBeVisible();
  await look(page, 'assinatura-boleto');
  await page.getByRole('link', { name: 'Ver o boleto' }).click();
  await page.waitForURL(emCheckout);
  await page.goto(boleto ?? '');
  await page.getByRole('button', { name: 'Simular pagamento' }).click();
  await page.getByRole('link', { name: 'Continuar na loja' }).click();
  await expect(page.getByRole('heading', { name: 'Tudo certo. Sua assinatura está ativa' })).toBeVisible({ timeout: 30_000 });
  await page.getByRole('link', { name: 'Entrar na conta' }).click();
  await expect(page.getByRole('heading', { name: 'Plano Balcão' })).toBeVisible();
  await page.goto(`${server.url}/checkout`);
  await expect(page.getByRole('heading', { level: 1, name: 'Você já tem uma assinatura' })).toBeVisible();
  await expect(page.getByRole('radio'), 'nothing to choose where nothing can be pressed').toHaveCount(0);
  await look(page, 'checkout-assinante');
});

test('senha forgotten: a link, once', async ({ page }) => {
  const ana = 'ana@flores.com.br';
  await page.goto(`${server.url}/login`);
  await hydrated(page);
  await page.getByRole('link', { name: 'Esqueci minha senha' }).click();
  await page.getByLabel('E-mail').fill(ana);
  await look(page, 'esqueci-senha');
  const before = smtp.of(ana).length;
  await page.getByRole('button', { name: 'Enviar o link' }).click();
  await expect(page.getByRole('heading', { name: 'Veja seu e-mail' })).toBeVisible();
  await expect(page.getByText(`Se existe uma conta com ${ana},`)).toBeVisible();
  expect(page.url()).not.toContain('flores');
  await expect.poll(() => smtp.of(ana).length, { timeout: 30_000 }).toBeGreaterThan(before);
  const link = /(https?:\/\/\S+\/nova-senha#[0-9a-f]+)/.exec(smtp.of(ana).at(-1)?.text ?? '')?.[1] ?? '';
  const aqui = link.replace(/^https?:\/\/[^/]+/, server.url);
  await page.goto(aqui);
  await expect(page.getByText('Para a conta an•••@flores.com.br.').or(page.getByText('Para a conta a•••@flores.com.br.'))).toBeVisible();
  expect(page.url(), 'the token leaves the address').not.toContain('#');
  await look(page, 'nova-senha');
  await page.getByLabel('Nova senha').fill('curta');
  await page.getByRole('button', { name: 'Salvar e entrar' }).click();
  await expect(page.getByText('Use de 8 a 128 caracteres.')).toBeVisible();
  expect(page.url(), 'nothing of a refusal stays in the address').not.toContain('__');
  await page.getByLabel('Nova senha').fill('girassol na janela');
  await page.getByRole('button', { name: 'Salvar e entrar' }).click();
  await expect(page).toHaveURL((url) => url.pathname === '/dashboard');
  await page.goto('about:blank');
  await page.goto(aqui);
  await expect(page.getByRole('heading', { name: 'Este link não vale mais' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Ir para o painel' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Pedir outro link' })).toBeVisible();
});

test('cancelled in the portal, and undone', async ({ page }) => {
  test.setTimeout(90_000);
  await entrarPeloLink(page, 'bia@doces.com.br', 'brigadeiro de colher');
  await page.goto(`${server.url}/dashboard/assinatura`);
  await hydrated(page);
  await page.getByRole('link', { name: 'Cancelar assinatura' }).click();
  await noStripe(page);
  await page.getByRole('button', { name: 'Cancelar no fim do período' }).click();
  await page.waitForURL((url) => url.origin === server.url);
  await expect(page.getByRole('heading', { name: /^Sua assinatura termina em / })).toBeVisible({ timeout: 20_000 });
  await look(page, 'assinatura-termina');
  await page.getByRole('link', { name: 'Desfazer o cancelamento' }).click();
  await noStripe(page);
  await page.getByRole('button', { name: 'Não cancelar' }).click();
  await page.getByRole('link', { name: 'Voltar à loja' }).click();
  await page.waitForURL((url) => url.origin === server.url);
  await expect(page.getByRole('heading', { name: /^(Assinatura ativa|Período de teste)$/ })).toBeVisible({ timeout: 20_000 });
});

test('unpaid: told, then silent and read-only; paid, it answers again', async ({ page }) => {
  test.setTimeout(180_000);
  const email = 'marina@pizzaria.com.br';
  const menu = (name: string) => page.getByRole('navigation', { name: 'Menu principal', exact: true }).getByRole('link', { name });
  /** The product's clock and the stand-in's together; the login of before has run out by then. */
  let passados = 0;
  const passam = async (dias: number) => {
    passados += dias;
    expect((await page.request.post(`${server.url}/dev/relogio?segundos=${dias * DIA}`)).ok()).toBe(true);
    await sim('clock', { advance_seconds: dias * DIA, signatures: true });
    const login = await page.request.post(`${server.url}/api/v1/auth/login`, { data: { email, senha: 'forno a lenha 2026' } });
    expect(login.status()).toBe(200);
  };
  const situacao = async (titulo: string | RegExp) => {
    await expect(async () => {
      await page.goto(`${server.url}/dashboard/assinatura`);
      await expect(page.getByRole('heading', { name: titulo })).toBeVisible({ timeout: 2_000 });
    }).toPass({ timeout: 60_000 });
    await hydrated(page);
  };
  const answer = await fetch(`${server.stripeUrl}/v1/customers?email=${encodeURIComponent(email)}`, { headers: { authorization: 'Bearer sk_test_simulador' } });
  const customer = ((await answer.json()) as { data: { id: string }[] }).data[0]?.id ?? '';
  await sim(`customers/${customer}/card`, { decline: true });

  await test.step('grace: said on every page, and the assistant still answers', async () => {
    await passam(40);
    await situacao('O pagamento está em atraso');
    await expect(page.getByRole('link', { name: /^Pagar/ }), 'one way to pay, with its amount').toHaveText(/^Pagar R\$\s289,00$/);
    await look(page, 'assinatura-atraso');
    await menu('Meu Conhecimento').click();
    await expect(page.getByText(/para o assistente parar de responder/)).toBeVisible();
  });

  const { instance_id } = (await (await page.request.get(`${server.url}/api/v1/whatsapp/status`)).json()) as { instance_id: string };
  const phone = `${server.evolutionUrl}/_sim/${instance_id}`;
  const said = async () => ((await (await page.request.get(`${phone}/log`)).json()) as unknown[]).length;
  // Written now by the product's clock: what is a day old is no longer answered.
  const ask = (text: string) => {
    const timestamp = Math.floor(Date.now() / 1000) + passados * DIA;
    return page.request.post(`${phone}/in`, { data: { from: '5511988887777', name: 'Carla', text, timestamp } });
  };
  const before = await said();
  await ask('Vocês abrem na terça?');
  await expect.poll(said, { timeout: 40_000 }).toBeGreaterThan(before);

  await test.step('suspended: silent, and nothing can be changed', async () => {
    await passam(8);
    await situacao('Assinatura suspensa');
    await look(page, 'assinatura-suspensa');
    const silent = await said();
    await ask('Tem rodízio?');
    await menu('Conversas').click();
    await page.getByRole('list', { name: 'Conversas' }).getByRole('link').first().click();
    await expect(page.getByText('Tem rodízio?').last()).toBeVisible();
    await expect(page.getByText('Painel só para leitura')).toBeVisible();
    await expect(page.getByRole('textbox', { name: 'Mensagem', exact: true })).toBeHidden();
    await screenshot(page, 'assinar/conversa-suspensa');
    await menu('Config Bot').click();
    await expect(page.getByLabel('Enquanto espera')).toBeDisabled();
    expect(await said(), 'nothing was answered').toBe(silent);
  });

  await test.step('paid: it answers the next message', async () => {
    await sim(`customers/${customer}/card`, { decline: false });
    await menu('Assinatura').click();
    await page.getByRole('link', { name: /^Pagar .+ e reativar$/ }).click();
    await noStripe(page);
    await page.getByRole('button', { name: /^Pagar / }).click();
    await situacao('Assinatura ativa');
    await look(page, 'assinatura-de-volta');
    const silent = await said();
    await ask('Aceitam Pix?');
    await expect.poll(said, { timeout: 15_000 }).toBeGreaterThan(silent);
  });
});
