// Before the WASM has loaded, or without it: log in, read, log out.
import { expect, test, url } from './fixtures.ts';

test.use({
  javaScriptEnabled: false,
  viewport: { width: 1440, height: 900 },
  // So Chromium reports a script that it does not load because scripts are off.
  expectedConsole: [/^csp$/],
});

test.describe('without JavaScript', () => {
  for (const [area, email, senha, inside] of [
    ['', 'demo@proseia.local', 'proseia-demo', 'Olá, Empório Girassol'],
    ['/admin', 'admin@proseia.local', 'proseia-admin', 'Painel do administrador'],
  ] as const) {
    test(`${area}/login: wrong senha, right senha, pages, logout`, async ({ page }) => {
      const fill = async (senha: string) => {
        await page.getByLabel('E-mail').fill(email);
        await page.getByLabel('Senha', { exact: true }).fill(senha);
        await page.getByRole('button', { name: 'Entrar' }).click();
      };
      await page.goto(url(`${area}/login`));
      await fill('errada-de-proposito');
      await expect(page.getByText('E-mail ou senha incorretos.')).toBeVisible();
      expect(new URL(page.url()).pathname).toBe(`${area}/login`);
      expect(page.url(), 'no senha in an address').not.toContain('errada');

      await fill(senha);
      await expect(page).toHaveURL((u) => u.pathname.startsWith(`${area}/dashboard`));
      await expect(page.getByRole('heading', { name: inside })).toBeVisible();
      if (area === '') {
        await page.goto(url('/dashboard/conhecimento'));
        await expect(page.getByText('Em uso pela IA')).toBeVisible();
        await page.goto(url('/dashboard/conversas'));
        await expect(page.getByRole('heading', { name: 'Conversas', exact: true })).toBeVisible();
      }

      await page.getByRole('button', { name: 'Sair' }).first().click();
      await expect(page).toHaveURL((u) => u.pathname === `${area}/login`);
      await page.goto(url(`${area}/dashboard`));
      await expect(page, 'the session has ended').toHaveURL((u) => u.pathname === `${area}/login`);
    });
  }
});
