export { exportLines } from './export.ts';
export { type ImportOptions, type ImportReport, importFiles } from './import.ts';
export { seedSite } from './seed.ts';
