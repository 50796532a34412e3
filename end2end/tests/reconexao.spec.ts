// The server dies while the inbox is open, and comes back: on its own ports, so that no other test notices.
import { clear, place, start, type Place, type Server } from '../server.ts';
import { expect, hydrated, screenshot, test } from './fixtures.ts';

const CONTACT = { from: '5511966665555', name: 'Bruno Lima' };

test.use({
  viewport: { width: 1440, height: 900 },
  // A browser says on the console what it cannot reach.
  expectedConsole: [/ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE/],
});

test('a crash is shown, and the news comes after it', async ({ page, request }) => {
  test.skip(!process.env.PROSEIA_BIN, 'needs a server of its own: PROSEIA_BIN');
  test.setTimeout(120_000);
  const where: Place = await place();
  let server: Server = await start(where, 'reconexao.log');
  try {
    const pair = async (): Promise<string> => {
      let phone = '';
      // The simulated WhatsApp dies with the server and forgets its instances; until the server notices, none is made.
      const scan = async () => {
        await page.request.post(`${server.url}/api/v1/whatsapp/instance`);
        const status = await page.request.get(`${server.url}/api/v1/whatsapp/status`);
        const { instance_id } = (await status.json()) as { instance_id: string };
        phone = `${server.evolutionUrl}/_sim/${instance_id}`;
        return (await request.post(`${phone}/scan`, { data: { phone: '5511999990000', name: 'Loja' } })).status();
      };
      await expect.poll(scan, { timeout: 40_000 }).toBe(200);
      const conectado = async () =>
        ((await (await page.request.get(`${server.url}/api/v1/whatsapp/status`)).json()) as { status: string }).status;
      await expect.poll(conectado).toBe('CONECTADO');
      return phone;
    };

    await page.goto(`${server.url}/login`);
    await hydrated(page);
    await page.getByLabel('E-mail').fill('demo@proseia.local');
    await page.getByLabel('Senha', { exact: true }).fill('proseia-demo');
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(/\/dashboard$/);
    await request.post(`${await pair()}/in`, { data: { ...CONTACT, text: 'Qual é o horário de funcionamento?' } });

    await page.goto(`${server.url}/dashboard/conversas`);
    await hydrated(page);
    await page.getByRole('list', { name: 'Conversas' }).getByRole('link', { name: /Bruno Lima/ }).click();
    const lines = page.getByLabel('Mensagens com Bruno Lima');
    await expect(lines.locator('.bubble-text', { hasText: 'De segunda a sexta-feira' })).toBeVisible();
    const bar = page.getByText(/^Reconectando…/);
    await expect(bar).toBeHidden();

    await server.stop('SIGKILL');
    await expect(bar).toBeVisible();
    await expect(bar, 'not only there, but seen').toHaveCSS('opacity', '1');
    await screenshot(page, 'reconectando');
    // Written meanwhile, it is neither lost nor silently dropped.
    await page.getByRole('textbox', { name: 'Mensagem', exact: true }).fill('Escrito sem servidor');
    await page.keyboard.press('Enter');
    await expect(lines.getByText('Escrito sem servidor')).toBeVisible();
    await expect(page.getByRole('button', { name: 'Tentar de novo' })).toBeVisible();

    server = await start(where, 'reconexao.log');
    await expect(bar).toBeHidden({ timeout: 30_000 });
    const phone = await pair();
    await request.post(`${phone}/in`, { data: { ...CONTACT, text: 'Ainda estou por aqui' } });
    await expect(lines.getByText('Ainda estou por aqui'), 'live, without a reload').toBeVisible();
    await page.getByRole('button', { name: 'Tentar de novo' }).click();
    await expect(page.getByRole('button', { name: 'Tentar de novo' })).toBeHidden();
    const sent = async () => JSON.stringify(await (await request.get(`${phone}/log`)).json());
    await expect.poll(sent).toContain('Escrito sem servidor');
  } finally {
    await server.stop().catch(() => {});
    await clear(where);
  }
});
