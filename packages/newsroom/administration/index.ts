export { readJobCounts } from '@broadsheet/database';
export { type BackupFile, listBackups, removeBackup, startBackup } from './backups.ts';
export { type StorageFacts, storageFacts } from './storage.ts';
