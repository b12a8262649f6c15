import type { Transport } from '@sveltejs/kit/hooks';
import { View } from '#lib/view.ts';

/** A view never travels: pages that use one have no script that could read it. */
export const transport: Transport = {
  View: { encode: (value) => (value instanceof View ? 1 : false), decode: () => undefined },
};
