// What people do, from an empty account to a lost connection and its return, on three screens and in both themes. Each of
// these ways has a spec of its own that looks closer; here the same way is walked on every screen by whoever uses it.
import { resolve } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, hydrated, overflow, screenshot, simUrl, test, url } from './fixtures.ts';

const CARDAPIO = resolve(import.meta.dirname, '../../crates/extrair/tests/arquivos/cardapio.docx');
const TEXTO = `# Pizzaria do Bairro

## Horário
Abrimos de terça a domingo, das 18h às 23h. Segunda-feira a pizzaria fica fechada.

## Pagamento
Aceitamos Pix, dinheiro e cartão de crédito e débito na entrega.
`;

// The other theme of each screen with PROSEIA_JORNADAS=todas: it doubles the time, and colours are looked at everywhere else.
const TODAS = process.env.PROSEIA_JORNADAS === 'todas';
const TELAS = [
  { width: 1920, height: 1080, theme: 'light', also: 'dark' },
  { width: 768, height: 1024, theme: 'dark', also: 'light' },
  { width: 375, height: 667, theme: 'dark', also: 'light' },
] as const;

test.describe.configure({ mode: 'parallel' });

/** A phone of the business and the people who write to it. */
class Celular {
  constructor(
    private readonly page: Page,
    private readonly numero: string,
  ) {}

  private async sim(what: string, body?: unknown): Promise<unknown> {
    const { instance_id } = (await (await this.page.request.get(url('/api/v1/whatsapp/status'))).json()) as { instance_id: string };
    const answer = await this.page.request.fetch(simUrl(`${instance_id}/${what}`), body ? { method: 'POST', data: body } : {});
    expect(answer.ok(), `${what}: ${answer.status()}`).toBe(true);
    return answer.json().catch(() => null);
  }

  readonly ler = () => this.sim('scan', { phone: this.numero, name: 'Pizzaria' });
  readonly cair = () => this.sim('drop', { statusCode: 401 });
  readonly escreve = (from: string, name: string, text: string) => this.sim('in', { from, name, text });

  /** Waits until the last line sent to `to` is like this. */
  async recebe(to: string, text: RegExp): Promise<void> {
    const last = async () => {
      const log = (await this.sim('log')) as { to: string; text: string }[];
      return log.filter((m) => m.to.replace(/\D/g, '') === to).at(-1)?.text ?? '';
    };
    await expect.poll(last, { timeout: 20_000 }).toMatch(text);
  }
}

/** By the menu that this screen has. */
async function ir(page: Page, nome: RegExp): Promise<void> {
  const embaixo = page.getByRole('navigation', { name: 'Menu principal, celular' });
  if (!(await embaixo.isVisible())) {
    await page.getByRole('navigation', { name: 'Menu principal', exact: true }).getByRole('link', { name: nome }).click();
    return;
  }
  const link = embaixo.getByRole('link', { name: nome });
  if ((await link.count()) > 0) return link.click();
  await embaixo.getByRole('button', { name: 'Mais' }).click();
  await page.locator('.sheet').getByRole('link', { name: nome }).click();
}

const conectado = (page: Page) => expect(page.getByRole('heading', { name: 'Conectado', exact: true })).toBeVisible({ timeout: 20_000 });

for (const { width, height, theme, also } of TELAS) {
  for (const colorScheme of TODAS ? [theme, also] : [theme]) {
    test.describe(`${width} x ${height}, ${colorScheme}`, () => {
      test.use({ viewport: { width, height }, colorScheme, hasTouch: width < 1024 });

      test('first run, knowledge, tone, hand-off, lost connection', async ({ page }) => {
        test.setTimeout(180_000);
        const begun = Date.now();
        const quem = `${width}${colorScheme === 'dark' ? 1 : 0}`;
        const celular = new Celular(page, `55119${quem.padStart(8, '9')}`);
        const marina = `55218${quem.padStart(8, '7')}`;
        const visto = async (nome: string) => {
          expect.soft(await overflow(page), `${nome} fits`).toBeLessThanOrEqual(0);
          await screenshot(page, `jornadas/${width}-${colorScheme}-${nome}`);
        };

        await test.step('first run to the first answer', async () => {
          const email = `jornada-${quem}-${begun}@proseia.local`;
          const senha = 'senha-bem-comprida';
          const feita = await page.request.post(url('/dev/clientes'), { data: { nome: 'Pizzaria do Bairro', email, senha } });
          expect(feita.status()).toBe(204);
          await page.goto(url('/login'));
          await hydrated(page);
          await page.getByLabel('E-mail').fill(email);
          await page.getByLabel('Senha', { exact: true }).fill(senha);
          await page.getByRole('button', { name: 'Entrar' }).click();
          const passos = page.getByRole('region', { name: 'Para a IA começar a atender' });
          await expect(passos).toContainText('0 de 4 etapas');
          await visto('1-vazia');
          await passos.getByRole('link', { name: 'Escrever' }).click();
          await page.locator('#texto').fill(TEXTO);
          await page.getByRole('button', { name: 'Salvar', exact: true }).click();
          await expect(page.getByText(/^Em uso pela IA/)).toBeVisible({ timeout: 20_000 });
          await page.locator('#pergunta').fill('aceita pix?');
          await page.locator('#pergunta').press('Enter');
          await expect(page.locator('.try-answer')).toContainText('Aceitamos Pix');
          await ir(page, /WhatsApp/);
          await page.getByRole('main').getByRole('button', { name: 'Conectar WhatsApp' }).click();
          await expect(page.getByRole('img', { name: /código qr/i })).toBeVisible({ timeout: 20_000 });
          await visto('2-codigo');
          await celular.ler();
          await conectado(page);
          await celular.escreve(marina, 'Marina', 'Vocês aceitam Pix?');
          await celular.recebe(marina, /Aceitamos Pix/);
          await ir(page, /^Conversas/);
          await page.getByRole('list', { name: 'Conversas' }).getByRole('link', { name: /Marina/ }).click();
          await expect(page.getByText(/Aceitamos Pix/).last()).toBeVisible();
          await visto('3-primeira-resposta');
        });

        await test.step('knowledge imported, and the version before it restored', async () => {
          await page.goto(url('/dashboard/conhecimento'));
          await hydrated(page);
          const texto = page.getByRole('textbox', { name: 'Texto da empresa' });
          await expect(texto).toHaveValue(TEXTO);
          await page.getByRole('button', { name: 'Importar' }).click();
          const dialog = page.getByRole('dialog', { name: 'Importar um texto' });
          await dialog.getByLabel('Escolher arquivo').setInputFiles(CARDAPIO);
          await dialog.getByRole('radio', { name: /Substituir/ }).check();
          await visto('4-importar');
          await dialog.getByRole('button', { name: 'Colocar no editor' }).click();
          await expect(texto).toHaveValue(/^# Cantina Bella/);
          await page.getByRole('button', { name: 'Salvar', exact: true }).click();
          await expect(page.getByRole('status').filter({ hasText: 'Texto salvo' })).toBeVisible();
          await page.getByRole('link', { name: 'Versões' }).click();
          await page.getByRole('listitem').filter({ hasText: /Versão \d/ }).nth(1).getByRole('link').click();
          await page.getByRole('button', { name: 'Restaurar esta versão' }).click();
          await page.getByRole('dialog').getByRole('button', { name: 'Restaurar esta versão' }).click();
          await expect(page.getByRole('listitem').filter({ hasText: /Versão \d/ }).first()).toContainText('Restauração da versão');
          await visto('5-versoes');
          await page.getByRole('link', { name: 'Texto', exact: true }).click();
          await expect(texto).toHaveValue(TEXTO);
        });

        await test.step('another tone is what the next customer reads', async () => {
          await ir(page, /Config Bot/);
          await page.getByRole('radio', { name: 'Formal' }).check();
          await expect(page.getByLabel('Saudação')).toHaveValue(/^Olá, \{nome\}\. Agradecemos/);
          await visto('6-tom');
          await page.getByRole('button', { name: 'Salvar', exact: true }).click();
          await expect(page.getByText('Configurações salvas')).toBeVisible();
          await celular.escreve(`${marina}1`.slice(-13), 'Nina', 'Oi');
          await celular.recebe(`${marina}1`.slice(-13), /^Olá, Nina\. Agradecemos/);
        });

        await test.step('a hand-off from arrival to resolved', async () => {
          await celular.escreve(marina, 'Marina', 'Quem ganhou a copa do mundo de 1958?');
          await ir(page, /^Conversas/);
          const linha = page.getByRole('list', { name: 'Conversas' }).getByRole('link', { name: /Marina/ });
          await expect(linha, 'without a reload').toContainText(/min|agora/, { timeout: 20_000 });
          await linha.click();
          await expect(page.getByText('O contato pediu uma pessoa').or(page.getByText('A IA parou e chamou uma pessoa')).first()).toBeVisible();
          await page.getByRole('textbox', { name: 'Mensagem', exact: true }).fill('Foi o Brasil. Aqui é a Ana.');
          await page.getByRole('button', { name: 'Enviar', exact: true }).click();
          await celular.recebe(marina, /Aqui é a Ana/);
          await visto('7-respondida');
          await page.getByRole('button', { name: 'Resolver', exact: true }).click();
          await expect(page.getByText('Conversa resolvida').first()).toBeVisible();
          await visto('8-resolvida');
        });

        await test.step('a lost connection and its return', async () => {
          await page.goto(url('/dashboard/whatsapp'));
          await hydrated(page);
          await celular.cair();
          await expect(page.getByRole('heading', { name: 'Conexão removida no celular' }), 'without a reload').toBeVisible({ timeout: 20_000 });
          await visto('9-caiu');
          await page.getByRole('button', { name: 'Gerar novo código' }).click();
          await expect(page.getByRole('img', { name: /código qr/i })).toBeVisible({ timeout: 20_000 });
          await celular.ler();
          await conectado(page);
          await celular.escreve(marina, 'Marina', 'E segunda-feira vocês abrem?');
          await celular.recebe(marina, /fechada/);
        });
        console.log(`jornada ${width} x ${height}, ${colorScheme}: ${((Date.now() - begun) / 1000).toFixed(1)} s`);
      });
    });
  }
}
