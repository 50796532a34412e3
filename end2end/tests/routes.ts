// Every page, for the smoke test and for the pictures in docs/screenshots.
import { ADMIN, CLIENTE } from './fixtures.ts';

export interface Route {
  path: string;
  as?: string;
  status?: number;
  /** A page without WASM has nothing to hydrate. */
  static?: true;
}

export const ROUTES: Route[] = [
  { path: '/', static: true },
  { path: '/precos', static: true },
  { path: '/faq', static: true },
  { path: '/termos', static: true },
  { path: '/privacidade', static: true },
  { path: '/checkout', static: true },
  { path: '/login' },
  { path: '/esqueci-senha', static: true },
  { path: '/nova-senha', static: true },
  { path: '/dashboard', as: CLIENTE },
  { path: '/dashboard/encerrada', as: CLIENTE },
  { path: '/dashboard/perfil', as: CLIENTE },
  { path: '/dashboard/conhecimento', as: CLIENTE },
  { path: '/dashboard/whatsapp', as: CLIENTE },
  { path: '/dashboard/conversas', as: CLIENTE },
  { path: '/dashboard/config', as: CLIENTE },
  { path: '/dashboard/assinatura', as: CLIENTE },
  { path: '/dashboard/tutoriais', as: CLIENTE },
  { path: '/dashboard/suporte', as: CLIENTE },
  { path: '/dev/kit' },
  { path: '/admin/login' },
  { path: '/admin/dashboard', as: ADMIN },
  { path: '/nao-existe', status: 404 },
];
