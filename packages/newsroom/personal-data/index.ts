export { exportReader } from './export.ts';
export { deleteReader } from './forget.ts';
export type { PersonalData } from './parts.ts';
