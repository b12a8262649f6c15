import { HOUR_MS, type Limit, network, takeOne } from '@broadsheet/newsroom/accounts';
import { PACES } from '@broadsheet/newsroom/digest';
import type { Host } from '@broadsheet/newsroom/host';

/** Letters that one network may have sent to addresses it enters; a group behind one address still signs up in a morning. */
const SUBSCRIBE: Limit = { name: 'subscribe network', most: 20, windowMs: HOUR_MS };

/** Takes one of a network's tries to have a letter sent; what to say when there is none left. */
export async function tooManyTries(host: Host, clientAddress: string): Promise<string | undefined> {
  const over = await takeOne(host.database.db, SUBSCRIBE, network(clientAddress), host.now());
  return (
    over &&
    'So many addresses were entered from your network that we wait for an hour. Nothing was sent; please try again later.'
  );
}

/** What forms about the digest offer. */
export function choices() {
  return {
    paces: PACES.map((pace) => ({ value: pace, label: PACE_LABELS[pace] })),
    hours: Array.from({ length: 24 }, (_, hour) => ({ value: hour, label: `${String(hour).padStart(2, '0')}:00` })),
    zones: ZONES,
  };
}

const PACE_LABELS = { daily: 'every papers-day', weekly: 'once a week', monthly: 'once a month' };
const ZONES = ['UTC', ...Intl.supportedValuesOf('timeZone')];

/** A field of a form as text; files and missing fields are empty. */
export function field(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value : '';
}
