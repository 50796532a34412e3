// With the keyboard alone.
import { CLIENTE, expect, open, test } from './fixtures.ts';

test.use({ viewport: { width: 1440, height: 900 } });

test('the login is in reading order, and Enter sends it', async ({ page }) => {
  await open(page, '/login');
  const tab = async () => {
    await page.keyboard.press('Tab');
    return page.locator(':focus');
  };
  await expect(await tab()).toHaveAccessibleName('Proseia, página inicial');
  await expect(await tab()).toHaveAccessibleName('E-mail');
  await page.keyboard.type('demo@proseia.local');
  await expect(await tab()).toHaveAccessibleName('Senha');
  await page.keyboard.press('Enter');
  await expect(page.getByText('Informe a senha.'), 'nothing is sent without a senha').toBeVisible();
  await expect(page.getByLabel('Senha', { exact: true })).toBeFocused();
  await page.keyboard.type('proseia-demo');
  await expect(await tab()).toHaveAccessibleName('Mostrar senha');
  await expect(await tab()).toHaveAccessibleName('Entrar');
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/dashboard$/);
});

test.describe('signed in', () => {
  test.use({ storageState: CLIENTE });

  test('the first Tab leads past the menu', async ({ page }) => {
    await open(page, '/dashboard/conhecimento');
    await page.keyboard.press('Tab');
    await expect(page.locator(':focus')).toHaveText('Ir para o conteúdo');
    await page.keyboard.press('Enter');
    await expect(page.locator('main')).toBeFocused();
    const names: string[] = [];
    for (let i = 0; i < 4; i++) {
      await page.keyboard.press('Tab');
      names.push(await page.locator(':focus').evaluate((el) => el.getAttribute('aria-label') ?? el.id ?? ''));
    }
    expect(await page.evaluate(() => document.querySelector('main')?.contains(document.activeElement))).toBe(true);
  });
});
