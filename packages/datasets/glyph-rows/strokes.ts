/** The digits as strokes of our own in a unit square, y downwards: lists of points joined by lines. */
export type Stroke = readonly (readonly [x: number, y: number])[];

/** Points on an ellipse from one angle to another, in turns; 0 is right, a quarter is down. */
function arc(cx: number, cy: number, rx: number, ry: number, from: number, to: number): Stroke {
  const count = 16;
  return Array.from({ length: count + 1 }, (_, i) => {
    const angle = 2 * Math.PI * (from + ((to - from) * i) / count);
    return [cx + rx * Math.cos(angle), cy + ry * Math.sin(angle)] as const;
  });
}

export const DIGITS: readonly (readonly Stroke[])[] = [
  [arc(0.5, 0.5, 0.26, 0.38, 0, 1)],
  [
    [
      [0.36, 0.26],
      [0.54, 0.12],
      [0.54, 0.88],
    ],
  ],
  [
    [...arc(0.5, 0.34, 0.24, 0.22, -0.5, 0.1), [0.26, 0.88]],
    [
      [0.26, 0.88],
      [0.76, 0.88],
    ],
  ],
  [arc(0.47, 0.31, 0.24, 0.19, -0.42, 0.25), arc(0.47, 0.69, 0.27, 0.19, -0.25, 0.42)],
  [
    [
      [0.62, 0.88],
      [0.62, 0.12],
      [0.22, 0.62],
      [0.8, 0.62],
    ],
  ],
  [
    [
      [0.72, 0.12],
      [0.34, 0.12],
      [0.3, 0.46],
    ],
    arc(0.48, 0.64, 0.26, 0.24, -0.38, 0.4),
  ],
  [
    [
      [0.64, 0.12],
      [0.36, 0.4],
      [0.26, 0.66],
    ],
    arc(0.5, 0.66, 0.24, 0.22, 0, 1),
  ],
  [
    [
      [0.24, 0.14],
      [0.76, 0.14],
      [0.42, 0.88],
    ],
  ],
  [arc(0.5, 0.31, 0.2, 0.19, 0, 1), arc(0.5, 0.69, 0.25, 0.19, 0, 1)],
  [
    arc(0.5, 0.34, 0.23, 0.22, 0, 1),
    [
      [0.73, 0.34],
      [0.68, 0.66],
      [0.5, 0.88],
    ],
  ],
];
