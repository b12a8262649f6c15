const WIDTH = 24;
const EVERY_MS = 100;

/** One line on a terminal that is written over: a bar, what is being done, the time left. */
export function progressLine(out: { write(text: string): unknown }, now: () => number = Date.now) {
  let shownAt = Number.NEGATIVE_INFINITY;
  return {
    show({ fraction, secondsLeft, label }: { fraction: number; secondsLeft: number | null; label: string }) {
      const isLast = fraction >= 1;
      if (now() - shownAt < EVERY_MS && !isLast) return;
      shownAt = now();
      if (isLast) {
        out.write('\r\u001b[K');
        return;
      }
      const full = Math.round(fraction * WIDTH);
      const left = secondsLeft === null ? '' : ` · ${durationOf(secondsLeft)} left`;
      const bar = '━'.repeat(full) + '─'.repeat(WIDTH - full);
      out.write(`\r\u001b[K${bar} ${String(Math.floor(fraction * 100)).padStart(3)} %${left} · ${label}`);
    },
  };
}

/** '45 s', '3 min 20 s', '1 h 05 min'. */
export function durationOf(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${String(Math.floor((whole % 3600) / 60)).padStart(2, '0')} min`;
}
