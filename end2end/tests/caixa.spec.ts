// The inbox on a server of its own: a hand-off from arrival to resolved, on three screens, with the mouse and with the
// keyboard alone; the call for a person; and how fast it stays with 5,000 conversas and 2,000 lines.
import type { APIRequestContext, Page } from '@playwright/test';
import { clear, place, start, type Place, type Server } from '../server.ts';
import { axe, expect, hydrated, inTheme, screenshot, test } from './fixtures.ts';

const KNOWN = 'Qual é o horário de funcionamento?';
const UNKNOWN = 'Quem ganhou a copa do mundo de 1958?';
// A red dot, 8 by 8.
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAFElEQVR4nGP4z8CAFTEMKYkhoBgAlyAf4VYTrEoAAAAASUVORK5CYII=',
  'base64',
);

interface Sent {
  to: string;
  text: string;
  kind: string;
}

let where: Place;
let server: Server;
let sim = '';

const post = async (path: string, body: unknown) => {
  const answer = await fetch(`${sim}/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(answer.ok, `${path}: ${answer.status} ${await answer.text()}`).toBe(true);
};
const write = (from: string, name: string, text: string) => post('in', { from, name, text });
const log = async (to: string) => {
  const body = (await (await fetch(`${sim}/log`)).json()) as Sent[] | { log: Sent[] };
  return (Array.isArray(body) ? body : body.log).filter((s) => s.to.replace(/\D/g, '') === to);
};

async function logIn(request: APIRequestContext): Promise<void> {
  const answer = await request.post(`${server.url}/api/v1/auth/login`, {
    data: { email: 'demo@proseia.local', senha: 'proseia-demo' },
  });
  expect(answer.ok()).toBe(true);
}

const waiting = async (page: Page, name: string) => {
  const answer = await page.request.get(`${server.url}/api/v1/conversas?estado=AGUARDANDO_HUMANO`);
  const { itens } = (await answer.json()) as { itens: { nome: string }[] };
  return itens.some((c) => c.nome === name);
};

/** Somebody asks what the text does not say, and waits for a person. */
async function handOff(page: Page, from: string, name: string): Promise<void> {
  await write(from, name, UNKNOWN);
  await expect.poll(() => waiting(page, name)).toBe(true);
}

const go = async (page: Page, path: string) => {
  await page.goto(`${server.url}${path}`);
  await hydrated(page);
};
const rows = (page: Page) => page.getByRole('list', { name: 'Conversas' }).getByRole('link');
const lines = (page: Page) => page.getByLabel(/^Mensagens com /);
const box = (page: Page) => page.getByRole('textbox', { name: 'Mensagem', exact: true });
const details = (page: Page) => page.getByRole('complementary', { name: 'Detalhes do contato' });

/** Nothing at all, in both themes. */
async function accessible(page: Page, what: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await inTheme(page, colorScheme);
    expect.soft(await axe(page), `axe: ${what}, ${colorScheme}`).toEqual([]);
    await screenshot(page, `caixa/${what}-${colorScheme}`);
  }
  await inTheme(page, 'light');
}

test.describe.configure({ mode: 'default' });
test.skip(!process.env.PROSEIA_BIN, 'needs a server of its own: PROSEIA_BIN');

test.beforeAll(async ({ playwright }) => {
  test.setTimeout(120_000);
  where = await place();
  server = await start(where, 'caixa.log');
  const request = await playwright.request.newContext();
  await logIn(request);
  const status = async () =>
    (await (await request.get(`${server.url}/api/v1/whatsapp/status`)).json()) as { instance_id: string; status: string };
  expect((await request.post(`${server.url}/api/v1/whatsapp/instance`)).ok()).toBe(true);
  sim = `${server.evolutionUrl}/_sim/${(await status()).instance_id}`;
  await post('scan', { phone: '5511999990000', name: 'Loja Demo' });
  await expect.poll(async () => (await status()).status).toBe('CONECTADO');
  await request.dispose();
});

test.afterAll(async () => {
  await server?.stop().catch(() => {});
  if (where) await clear(where);
});

test.beforeEach(async ({ page }) => logIn(page.request));

test.describe('1920 x 1080', () => {
  test.use({ viewport: { width: 1920, height: 1080 } });

  test('a hand-off from arrival to resolved', async ({ page }) => {
    test.setTimeout(180_000);
    const marina = '5511988887777';

    await test.step('who waits stands on top, and in the title', async () => {
      await write('5521977776666', 'Bruno Lima', KNOWN);
      await expect.poll(async () => (await log('5521977776666')).length).toBe(1);
      await go(page, '/dashboard/conversas');
      await handOff(page, marina, 'Marina Souza');
      await write('5521977776666', 'Bruno Lima', 'Vocês abrem no sábado?');
      await expect.poll(async () => (await log('5521977776666')).length).toBe(2);
      await expect(rows(page).first()).toHaveAccessibleName(/Marina Souza.*aguardando pessoa/);
      await expect(page).toHaveTitle(/^\(1\) Conversas/);
      await accessible(page, 'lista');
    });

    await test.step('open it: thread and details', async () => {
      await rows(page).first().click();
      await expect(lines(page).getByText(UNKNOWN)).toBeVisible();
      await expect(details(page).getByText('+55 11 98888-7777')).toBeVisible();
      await expect(page.getByText(/^Marina espera/)).toBeVisible();
      await accessible(page, 'conversa');
    });

    await test.step('a private note stays in the house', async () => {
      await page.getByRole('radio', { name: 'Nota interna' }).check();
      await page.getByRole('textbox', { name: 'Nota interna' }).fill('Ver com a Ana antes de passar preço.');
      await accessible(page, 'nota');
      await page.getByRole('button', { name: 'Salvar nota' }).click();
      await expect(lines(page).locator('.note', { hasText: 'Ver com a Ana' })).toBeVisible();
      await expect(box(page), 'the next line goes to the contato again').toBeFocused();
      expect((await log(marina)).map((s) => s.text).join()).not.toContain('Ana');
    });

    await test.step('a canned reply: made, called up, filled in, sent', async () => {
      await box(page).pressSequentially('/');
      await page.getByRole('button', { name: 'Gerenciar respostas prontas' }).click();
      const dialog = page.getByRole('dialog', { name: /respostas? prontas?|resposta/i });
      await dialog.getByRole('button', { name: 'Nova resposta' }).click();
      await dialog.getByLabel('Atalho').fill('Com Espaço');
      await dialog.getByRole('button', { name: 'Salvar' }).click();
      await expect(dialog.getByText('Use de 1 a 32 letras minúsculas')).toBeVisible();
      await dialog.getByLabel('Atalho').fill('pix');
      await dialog.getByLabel('Texto').fill('Oi, {nome}. Nosso Pix é 123.');
      await accessible(page, 'resposta-pronta');
      await dialog.getByRole('button', { name: 'Salvar' }).click();
      await expect(dialog.getByText('/pix')).toBeVisible();
      await accessible(page, 'respostas-prontas');
      await dialog.getByRole('button', { name: 'Apagar /pix' }).click();
      await expect(dialog.getByRole('button', { name: 'Apagar /pix' })).toBeHidden();
      await dialog.getByRole('button', { name: 'Desfazer' }).click();
      await expect(dialog.getByRole('button', { name: 'Apagar /pix' })).toBeVisible();
      await page.keyboard.press('Escape');
      await box(page).fill('');
      await box(page).pressSequentially('/pi');
      await expect(page.getByRole('option', { name: /pix/ })).toBeVisible();
      await page.keyboard.press('Enter');
      await expect(box(page)).toHaveValue('Oi, Marina. Nosso Pix é 123.');
      await page.keyboard.press('Enter');
      await expect.poll(async () => (await log(marina)).at(-1)?.text).toBe('Oi, Marina. Nosso Pix é 123.');
      await expect(page.getByText('Você está atendendo')).toBeVisible();
      await expect(lines(page).locator('.msg-out', { hasText: 'Nosso Pix' }).getByText(/entregue|lida/)).toBeAttached();
    });

    await test.step('what is not sent stays with its conversa', async () => {
      await box(page).fill('Já volto com');
      await rows(page).filter({ hasText: 'Bruno Lima' }).click();
      await expect(page.getByRole('heading', { name: 'Bruno Lima', level: 1 })).toBeVisible();
      await expect(box(page)).toHaveValue('');
      await rows(page).filter({ hasText: 'Marina Souza' }).click();
      await expect(box(page)).toHaveValue('Já volto com');
      await box(page).fill('');
    });

    await test.step('a file arrives on the phone; what WhatsApp does not take is told before', async () => {
      const choose = page.locator('input[type=file]');
      await choose.setInputFiles({ name: 'virus.exe', mimeType: 'application/x-msdownload', buffer: Buffer.from('MZ') });
      await expect(page.getByText('O WhatsApp não aceita este tipo.')).toBeVisible();
      await page.getByRole('button', { name: 'Retirar virus.exe' }).click();
      await choose.setInputFiles({ name: 'cardapio.png', mimeType: 'image/png', buffer: PNG });
      await expect(page.getByRole('list', { name: 'Arquivos para enviar' }).getByText('cardapio.png')).toBeVisible();
      await box(page).fill('Segue o cardápio');
      await accessible(page, 'anexo');
      await page.getByRole('button', { name: 'Enviar', exact: true }).click();
      await expect.poll(async () => (await log(marina)).at(-1)?.kind).toBe('imageMessage');
      await expect(lines(page).locator('.msg-out img[src^="/api/"]')).toBeVisible();
      await expect(lines(page).getByText('Segue o cardápio')).toBeVisible();
    });

    await test.step('a picture is pasted, a file dropped', async () => {
      const before = (await log(marina)).length;
      const carry = async (selector: string, events: string[], name: string, type: string, base64: string) =>
        page.evaluate(
          ([selector, events, name, type, base64]) => {
            const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
            const data = new DataTransfer();
            data.items.add(new File([bytes], name, { type }));
            const target = document.querySelector(selector)!;
            for (const event of events) {
              const init = { bubbles: true, cancelable: true };
              target.dispatchEvent(
                event === 'paste' ? new ClipboardEvent(event, { ...init, clipboardData: data }) : new DragEvent(event, { ...init, dataTransfer: data }),
              );
            }
          },
          [selector, events, name, type, base64] as const,
        );
      await carry('.composer textarea', ['paste'], 'print.png', 'image/png', PNG.toString('base64'));
      const chosen = page.getByRole('list', { name: 'Arquivos para enviar' });
      await expect(chosen.getByText('print.png')).toBeVisible();
      await carry('section.thread', ['dragenter', 'dragover'], 'tabela.txt', 'text/plain', Buffer.from('Preços').toString('base64'));
      await expect(page.locator('.drop-here')).toBeVisible();
      await screenshot(page, 'caixa/soltar');
      await carry('section.thread', ['drop'], 'tabela.txt', 'text/plain', Buffer.from('Preços').toString('base64'));
      await expect(page.locator('.drop-here')).toBeHidden();
      await expect(chosen.getByText('tabela.txt')).toBeVisible();
      await page.getByRole('button', { name: 'Enviar', exact: true }).click();
      await expect.poll(async () => (await log(marina)).slice(before).map((s) => s.kind)).toEqual(['imageMessage', 'documentMessage']);
    });

    await test.step('resolved, found by its words, opened again by a new message', async () => {
      await page.getByRole('button', { name: 'Resolver', exact: true }).click();
      await expect(page.getByText('Conversa resolvida').first()).toBeVisible();
      await page.getByRole('navigation', { name: 'Filtrar por estado' }).getByRole('link', { name: /^Resolvidas/ }).click();
      await expect(rows(page)).toHaveCount(1);
      await page.getByRole('searchbox', { name: 'Buscar conversas' }).fill('cardapio');
      await expect(page).toHaveURL(/q=cardapio/);
      await expect(rows(page).locator('mark')).toHaveText(/cardápio/i);
      await accessible(page, 'busca');
      await page.getByRole('link', { name: /^Tirar filtro/ }).click();
      await page.getByRole('navigation', { name: 'Filtrar por estado' }).getByRole('link', { name: /^Todas/ }).click();
      await write(marina, 'Marina Souza', 'Obrigada, mais uma coisa');
      await expect(lines(page).getByText('Obrigada, mais uma coisa')).toBeVisible();
      await expect(page.getByRole('button', { name: 'Resolver', exact: true })).toBeVisible();
    });

    await test.step('nothing found says so, and leads back', async () => {
      await page.getByRole('searchbox', { name: 'Buscar conversas' }).fill('zzzzzz');
      await expect(page.getByRole('heading', { name: 'Nada encontrado' })).toBeVisible();
      await page.getByRole('link', { name: 'Limpar filtros' }).click();
      await expect(rows(page)).toHaveCount(2);
      await expect(page.getByRole('searchbox', { name: 'Buscar conversas' })).toHaveValue('');
    });
  });

  test('with the keyboard alone', async ({ page }) => {
    test.setTimeout(120_000);
    const ana = '5531955554444';
    await handOff(page, ana, 'Ana Prado');
    await handOff(page, '5531955550000', 'Bia Alves');
    await go(page, '/dashboard');
    const key = (k: string) => page.keyboard.press(k);

    await key('Control+k');
    const palette = page.getByRole('dialog', { name: 'Ir para' });
    await expect(palette.getByRole('combobox')).toBeFocused();
    await page.keyboard.type('ana pra');
    await expect(palette.getByRole('option').first()).toContainText('Ana Prado');
    await accessible(page, 'paleta');
    await key('Enter');
    await expect(page.getByRole('heading', { name: 'Ana Prado', level: 1 })).toBeVisible();

    await key('n');
    await expect(page.getByRole('textbox', { name: 'Nota interna' })).toBeFocused();
    await page.keyboard.type('Cliente antiga');
    await key('Enter');
    await expect(lines(page).locator('.note', { hasText: 'Cliente antiga' })).toBeVisible();
    await key('Escape');
    await key('t');
    await expect(page.getByText('Você está atendendo')).toBeVisible();
    await key('r');
    await page.keyboard.type('Oi Ana, aqui é a Paula. Tecle ?');
    await expect(page.getByRole('dialog', { name: 'Atalhos do teclado' }), 'typing is typing').toBeHidden();
    await key('Enter');
    await expect.poll(async () => (await log(ana)).at(-1)?.text).toBe('Oi Ana, aqui é a Paula. Tecle ?');
    await key('Escape');
    await key('d');
    await expect(page.getByText('A IA está respondendo')).toBeVisible();
    await key('e');
    await expect(page.getByRole('button', { name: 'Reabrir' }).first()).toBeVisible();

    await key('u');
    await expect(page).toHaveURL(/\/dashboard\/conversas$/);
    const row = rows(page).filter({ hasText: 'Ana Prado' });
    await expect(row).toHaveAccessibleName(/não lidas/);
    await key('/');
    await expect(page.getByRole('searchbox', { name: 'Buscar conversas' })).toBeFocused();
    await page.keyboard.type('Prado');
    await expect(rows(page)).toHaveCount(1);
    await key('Escape');
    await expect(rows(page)).not.toHaveCount(1);
    await key('Escape');
    await key('j');
    await expect(rows(page).nth(0)).toBeFocused();
    await key('j');
    await expect(rows(page).nth(1)).toBeFocused();
    await key('k');
    await key('Enter');
    await expect(rows(page).nth(0)).toHaveAttribute('aria-current', 'true');

    await key('?');
    const help = page.getByRole('dialog', { name: 'Atalhos do teclado' });
    await expect(help).toBeVisible();
    await accessible(page, 'atalhos');
    await help.getByRole('switch', { name: /Usar atalhos/ }).press('Space');
    await key('Escape');
    await expect(help).toBeHidden();
    const url = page.url();
    await key('g');
    await key('d');
    expect(page.url(), 'switched off').toBe(url);
    await page.context().clearCookies({ name: 'atalhos' });
    await key('g');
    await key('c');
    await expect(page).toHaveURL(/\/conhecimento$/);
    await key('g');
    await key('i');
    await expect(page).toHaveURL(/\/conversas$/);
  });

  test('a person is called on every page, as far as it is switched on', async ({ page, context }) => {
    test.setTimeout(90_000);
    await context.grantPermissions(['notifications'], { origin: server.url });
    await page.addInitScript(() => {
      const shown: string[] = [];
      class Note {
        static permission = 'granted';
        static requestPermission(callback: (answer: string) => void) {
          callback('granted');
          return Promise.resolve('granted');
        }
        constructor(title: string) {
          shown.push(title);
        }
      }
      class Audio extends AudioContext {
        createOscillator() {
          shown.push('sound');
          return super.createOscillator();
        }
      }
      Object.assign(window, { Notification: Note, AudioContext: Audio, shown });
    });
    const shown = () => page.evaluate(() => (window as unknown as { shown: string[] }).shown);
    await go(page, '/dashboard/conversas');
    await page.getByRole('button', { name: 'Quando alguém espera por você' }).click();
    const popover = page.getByRole('dialog', { name: 'Quando alguém espera por você' });
    await popover.getByText('Avisar na tela do computador').click();
    await expect(popover.getByRole('switch', { name: 'Avisar na tela do computador' })).toBeChecked();
    await accessible(page, 'chamado');
    await page.keyboard.press('Escape');

    await go(page, '/dashboard/conhecimento');
    await handOff(page, '5541944443333', 'Caio Reis');
    await expect.poll(shown).toContain('Caio Reis espera por você');
    expect(await shown()).toContain('sound');
    await expect(page).toHaveTitle(/^\(\d+\) Meu Conhecimento/);

    // Both off: the next one is heard by nobody. The number in the title proves that its news has come.
    await page.context().addCookies([
      { name: 'chamado_nota', value: '0', url: server.url },
      { name: 'chamado_som', value: '0', url: server.url },
    ]);
    const before = (await shown()).length;
    const title = await page.title();
    await handOff(page, '5541933332222', 'Davi Melo');
    await expect(page).not.toHaveTitle(title);
    expect(await shown()).toHaveLength(before);
  });
});

for (const [colorScheme, viewport] of [
  ['dark', { width: 768, height: 1024 }],
  ['light', { width: 375, height: 667 }],
] as const) {
  test.describe(`${viewport.width} x ${viewport.height}`, () => {
    test.use({ viewport, colorScheme, hasTouch: viewport.width < 640 });

    test(`list, thread, details, resolved, ${colorScheme}`, async ({ page }) => {
      test.setTimeout(90_000);
      const phone = viewport.width < 640;
      const [from, name] = phone ? (['5551922221111', 'Elisa Nunes'] as const) : (['5551922220000', 'Fábio Costa'] as const);
      await handOff(page, from, name);
      await go(page, '/dashboard/conversas');
      await screenshot(page, `caixa/lista-${viewport.width}`);
      await rows(page).filter({ hasText: name }).click();
      await expect(lines(page).getByText(UNKNOWN)).toBeVisible();
      await screenshot(page, `caixa/conversa-${viewport.width}`);

      if (phone) {
        await expect(page.getByRole('navigation', { name: 'Menu principal, celular' })).toBeHidden();
        await page.getByRole('link', { name: 'Detalhes do contato' }).click();
        await expect(page).toHaveURL(/\/info$/);
        await expect(details(page)).toBeVisible();
        await expect(box(page)).toBeHidden();
        await screenshot(page, 'caixa/detalhes-375');
        await page.goBack();
      } else {
        await expect(details(page)).toBeHidden();
        await page.getByRole('button', { name: 'Detalhes do contato' }).click();
        await expect(details(page)).toBeVisible();
        await screenshot(page, 'caixa/detalhes-768');
        await page.getByRole('button', { name: 'Fechar detalhes' }).click();
      }
      await expect(details(page)).toBeHidden();

      await box(page).fill('Já vejo para você');
      await page.getByRole('button', { name: 'Enviar', exact: true }).click();
      await expect.poll(async () => (await log(from)).at(-1)?.text).toBe('Já vejo para você');
      const small = await page.evaluate(() =>
        [...document.querySelectorAll('main a, main button, main textarea')]
          .filter((el) => el.checkVisibility({ visibilityProperty: true }) && !el.closest('.bubble, .msg-retry, .conv-list'))
          .map((el) => {
            const { width, height } = el.getBoundingClientRect();
            const after = getComputedStyle(el, '::after');
            const grow = (side: 'top' | 'left') => Math.max(0, -2 * (parseFloat(after[side]) || 0));
            return { name: el.getAttribute('aria-label') ?? el.textContent, w: width + grow('left'), h: height + grow('top') };
          })
          .filter(({ w, h }) => w > 0 && (w < 44 || h < 44)),
      );
      if (phone) expect.soft(small, 'targets under 44 px').toEqual([]);
      await page.getByRole('button', { name: 'Resolver', exact: true }).click();
      await expect(page.getByText('Conversa resolvida').first()).toBeVisible();
      await screenshot(page, `caixa/resolvida-${viewport.width}`);
      if (phone) {
        await page.getByRole('link', { name: 'Voltar para conversas' }).click();
        await expect(rows(page).filter({ hasText: name })).toHaveAccessibleName(/resolvida/);
      }
      const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      expect(over, 'no horizontal scroll').toBeLessThanOrEqual(0);
    });
  });
}

test.describe('disconnected', () => {
  // The refusal is the point of it.
  test.use({ expectedConsole: [/^Failed to load resource: .* 409/] });

  test('without WhatsApp the composer says so', async ({ page }) => {
    await handOff(page, '5561911112222', 'Gil Rocha');
    await go(page, '/dashboard/conversas');
    await rows(page).first().click();
    await expect(box(page)).toBeVisible();
    await expect(page.getByText('O WhatsApp não está conectado')).toBeHidden();
    expect((await page.request.delete(`${server.url}/api/v1/whatsapp/instance`)).ok()).toBe(true);
    await expect(page.getByText('O WhatsApp não está conectado')).toBeVisible();
    await expect(page.locator('.thread').getByRole('link', { name: 'Conectar WhatsApp' })).toBeVisible();
    await box(page).fill('Escrito sem conexão');
    await page.getByRole('button', { name: 'Enviar', exact: true }).click();
    await expect(lines(page).getByText('Escrito sem conexão'), 'nothing is lost').toBeVisible();
    await expect(page.getByRole('button', { name: 'Tentar de novo' })).toBeVisible();
  });
});

test.describe('volume', () => {
  test.use({ viewport: { width: 1440, height: 900 } });

  test('5,000 conversas and 2,000 lines stay fast', async ({ page }) => {
    test.setTimeout(240_000);
    const seeded = await page.request.post(`${server.url}/dev/volume?conversas=5000&mensagens=2000`, { timeout: 180_000 });
    expect(seeded.ok(), await seeded.text()).toBe(true);
    // Bounds for a debug build on a busy machine; the figures are what is read.
    const told = (what: string, ms: number, limit: number) => {
      console.log(`caixa: ${what}: ${Math.round(ms)} ms`);
      test.info().annotations.push({ type: what, description: `${Math.round(ms)} ms` });
      expect(ms, what).toBeLessThan(limit);
    };
    await go(page, '/dashboard/conversas');
    const paint = await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN);
    told('first paint of the inbox', paint, 3000);
    await expect(rows(page).first()).toBeVisible();

    let begun = Date.now();
    await rows(page).first().click();
    await expect(lines(page).locator('.msg').last()).toBeInViewport();
    told('open a conversa', Date.now() - begun, 3000);
    begun = Date.now();
    await box(page).pressSequentially('Escrever continua leve');
    told('22 letters typed under a few lines', Date.now() - begun, 5000);
    await box(page).fill('');

    // The one with 2,000 lines was written in last of those that nobody waits in.
    await page.getByRole('navigation', { name: 'Filtrar por estado' }).getByRole('link', { name: /^Com você/ }).click();
    await expect(page).toHaveURL(/HUMANO_RESPONDEU/);
    await expect(rows(page).first()).toHaveAccessibleName(/ 1 /);
    begun = Date.now();
    await rows(page).filter({ hasText: / 1$/ }).or(rows(page).first()).first().click();
    await expect(lines(page).locator('.msg').last()).toBeInViewport();
    told('open the long one', Date.now() - begun, 3000);
    begun = Date.now();
    await page.evaluate(async () => {
      const log = document.querySelector('.thread-scroll');
      while (document.querySelector('button.older')) {
        log?.scrollTo(0, 0);
        await new Promise((done) => setTimeout(done, 20));
      }
    });
    told('2,000 lines scrolled back to the first', Date.now() - begun, 90_000);
    expect(await lines(page).locator('.msg').count()).toBeGreaterThanOrEqual(2000);
    begun = Date.now();
    await box(page).pressSequentially('Escrever continua leve');
    told('22 letters typed under 2,000 lines', Date.now() - begun, 5000);
    await box(page).fill('');
    await page.getByRole('navigation', { name: 'Filtrar por estado' }).getByRole('link', { name: /^Todas/ }).click();

    begun = Date.now();
    await page.evaluate(async () => {
      const list = () => document.querySelector('.conv-list');
      while (document.querySelectorAll('.conv-list a.conv').length < 600) {
        list()?.scrollTo(0, list()?.scrollHeight ?? 0);
        await new Promise((done) => setTimeout(done, 20));
      }
    });
    told('scroll to 600 rows', Date.now() - begun, 60_000);
  });
});
