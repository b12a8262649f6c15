/** The pages of the administration, in the order of its menu; adding one is one line here and one in access.ts. */
export const ADMIN_PAGES: { address: string; title: string; forEditors?: true }[] = [
  { address: '/admin', title: 'Overview', forEditors: true },
  { address: '/admin/moderation', title: 'Moderation', forEditors: true },
  { address: '/admin/submissions', title: 'Proposals', forEditors: true },
  { address: '/admin/edition', title: 'Edition', forEditors: true },
  { address: '/admin/topics', title: 'Topics', forEditors: true },
  { address: '/admin/readers', title: 'Readers' },
  { address: '/admin/rules', title: 'Rules' },
  { address: '/admin/sources', title: 'Sources' },
  { address: '/admin/mail', title: 'Mail' },
  { address: '/admin/jobs', title: 'Jobs' },
  { address: '/admin/storage', title: 'Storage and backup' },
  { address: '/admin/log', title: 'Log' },
];
