/** A bar of the chart. */
export interface Bar {
  readonly name: string;
  readonly gas: number;
  readonly label: string;
}

const WIDTH = 960;
const LEFT = 160;
const ROW = 52;
const TOP = 66;

/** Each step to the right is ten times more. */
const LEAST = 1e5;
const DECADES = 5;
const STEP = (WIDTH - LEFT - 60) / DECADES;

/** Horizontal bars on a logarithmic scale, as an SVG picture. */
export function gasChart(title: string, bars: readonly Bar[]): string {
  const bottom = TOP + bars.length * ROW;
  const at = (gas: number): number => Math.round(LEFT + Math.log10(gas / LEAST) * STEP);
  const lines = Array.from({ length: DECADES + 1 }, (_, i) => {
    const x = at(LEAST * 10 ** i);
    const gas = ['100 k', '1 M', '10 M', '100 M', '1 G', '10 G'][i];
    return `  <path class="line" d="M${x} ${TOP - 12} V${bottom}"/>
  <text class="axis" x="${x}" y="${bottom + 20}" text-anchor="middle">${gas}</text>`;
  });
  const rows = bars.map(({ name, gas, label }, i) => {
    const y = TOP + i * ROW;
    const end = at(gas);
    const inside = end > WIDTH - 260;
    return `  <text class="name" x="${LEFT - 14}" y="${y + 21}" text-anchor="end">${name}</text>
  <rect class="bar" x="${LEFT}" y="${y}" width="${end - LEFT}" height="32" rx="3"/>
  <text class="${inside ? 'in' : 'out'}" x="${inside ? end - 10 : end + 10}" y="${y + 21}" text-anchor="${inside ? 'end' : 'start'}">${label}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${bottom + 34}" font-family="system-ui, -apple-system, 'Segoe UI', sans-serif" font-size="15">
  <style>
    .title { font-weight: 600; fill: #1f2328; }
    .name { fill: #1f2328; }
    .axis { fill: #57606a; font-size: 13px; }
    .line { stroke: #d0d7de; stroke-width: 1; }
    .bar { fill: #0969da; }
    .in { fill: #ffffff; font-size: 13px; }
    .out { fill: #424a53; font-size: 13px; }
  </style>
  <rect width="${WIDTH}" height="${bottom + 34}" fill="#ffffff"/>
  <text class="title" x="24" y="32">${title}</text>
${lines.join('\n')}
${rows.join('\n')}
</svg>
`;
}
