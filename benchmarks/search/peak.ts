import { readFileSync, writeFileSync } from 'node:fs';

/**
 * The most memory that this process has had at once since it was last asked, in bytes. The kernel's own mark: between
 * two looks of a timer a merge has come and gone. Where there is no such mark, the most since the process began.
 */
export function peakBytes(): number {
  try {
    const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
    writeFileSync('/proc/self/clear_refs', '5');
    return Number(kilobytes) * 1024;
  } catch {
    return process.resourceUsage().maxRSS * 1024;
  }
}
