import { escapeHtml } from '@broadsheet/newsroom/papers';

export interface MapPoint {
  id: number;
  name: string;
  /** Both in 0…1. */
  x: number;
  y: number;
  papers: number;
  isNew: boolean;
}

const WIDTH = 760;
const HEIGHT = 480;
const MARGIN = 26;
/** The radius of the largest; the others by area. */
const LARGEST = 18;
const SMALLEST = 2.5;
/** 24 px across where the map is shrunk to a phone's least width. */
const FINGER = 15;
/** Mean width of a letter at 12 px, enough to keep labels apart. */
const LETTER = 6.1;
const LINE = 15;
/** A name that is a list of words is called by its first one here. */
const LONGEST_LABEL = 26;

interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/**
 * Topics by how near their prototypes are, each a circle by its papers that leads to its page, the largest first for who
 * uses a keyboard. As many are named as have room; any other says its name under the pointer and with the focus.
 */
export function drawMap(points: readonly MapPoint[]): string {
  const most = Math.max(1, ...points.map((p) => p.papers));
  const circles = points
    .map((p) => ({
      ...p,
      cx: MARGIN + p.x * (WIDTH - 2 * MARGIN),
      cy: MARGIN + p.y * (HEIGHT - 2 * MARGIN),
      r: Math.max(SMALLEST, LARGEST * Math.sqrt(p.papers / most)),
    }))
    .toSorted((a, b) => b.r - a.r || a.id - b.id);
  // Labels stand neither on each other nor on a circle, their own apart.
  const taken: Box[] = circles.map(({ cx, cy, r }) => ({ left: cx - r, right: cx + r, top: cy - r, bottom: cy + r }));
  const labels: string[] = [];
  const drawn = circles.map(({ id, name, papers, isNew, cx, cy, r }) => {
    const [first] = name.split(', ');
    const label = first.length > LONGEST_LABEL ? `${first.slice(0, LONGEST_LABEL - 1).trimEnd()}…` : first;
    const box = placeFor(label, cx, cy, r, taken);
    if (box) {
      taken.push(box);
      labels.push(
        `<text x="${round((box.left + box.right) / 2)}" y="${round(box.bottom - 4)}" text-anchor="middle">${escapeHtml(label)}</text>`,
      );
    }
    const said = `${name}: ${papers.toLocaleString('en')} ${papers === 1 ? 'paper' : 'papers'}${isNew ? ', new' : ''}`;
    // A finger needs more room than a small circle has; those of later, smaller ones lie above.
    const at = `cx="${round(cx)}" cy="${round(cy)}"`;
    const hit = `<circle class="hit" ${at} r="${round(Math.max(FINGER, r))}"/>`;
    const ring = `<circle class="ring" ${at} r="${round(r + 4)}"/>`;
    const left = Math.min(WIDTH - half(label) - 2, Math.max(half(label) + 2, cx));
    const called = box
      ? ''
      : `<text class="called" x="${round(left)}" y="${round(cy - r - 6 > LINE ? cy - r - 6 : cy + r + LINE)}" text-anchor="middle">${escapeHtml(label)}</text>`;
    return `<a href="/topics/${id}" aria-label="${escapeHtml(said)}"${isNew ? ' class="new"' : ''}><title>${escapeHtml(said)}</title>${hit}<circle ${at} r="${round(r)}"/>${ring}${called}</a>`;
  });
  return `<svg class="topic-map" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="group" aria-label="Map of topics">${drawn.join('')}<g class="names">${labels.join('')}</g></svg>`;
}

/** Under, over, or beside its circle, where it stands on no other label and inside the picture. */
function placeFor(label: string, cx: number, cy: number, r: number, taken: readonly Box[]): Box | undefined {
  const wide = half(label);
  const at = (x: number, top: number): Box => ({ left: x - wide, right: x + wide, top, bottom: top + LINE });
  const places = [
    at(cx, cy + r + 1),
    at(cx, cy - r - LINE - 1),
    at(cx + r + wide + 4, cy - LINE / 2),
    at(cx - r - wide - 4, cy - LINE / 2),
  ];
  return places.find(
    (box) =>
      box.left >= 0 &&
      box.right <= WIDTH &&
      box.top >= 0 &&
      box.bottom <= HEIGHT &&
      !taken.some(
        (other) => box.left < other.right && box.right > other.left && box.top < other.bottom && box.bottom > other.top,
      ),
  );
}

function half(label: string): number {
  return (label.length * LETTER) / 2;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
