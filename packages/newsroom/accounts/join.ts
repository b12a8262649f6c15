import type { Settings } from '../host/index.ts';

/**
 * Whether someone who has no account may get one.
 * @param email an address that is confirmed as theirs, where there is one
 */
export function mayJoin({ accounts }: Settings, email: string | undefined): boolean {
  if (accounts.join === 'open') return true;
  if (accounts.join === 'closed' || email === undefined) return false;
  return accounts.join.includes(email.slice(email.lastIndexOf('@') + 1));
}
