import { ADMIN_PAGES } from '#lib/admin-pages.ts';
import type { LayoutServerLoad } from './$types';

export const load: LayoutServerLoad = async ({ locals, setHeaders }) => {
  setHeaders({ 'cache-control': 'no-store' });
  const { role } = locals.acting;
  return {
    menu: ADMIN_PAGES.filter((page) => role === 'admin' || (role === 'editor' && page.forEditors)),
  };
};
