import { html, svg, type TemplateResult } from 'lit';
import type { PanelCurves } from '../../src/shared/panelProtocol.ts';

/** The picture is drawn as wide as its place, within these, so that its text stays as large as other text. */
const LEAST_WIDTH = 240;
const MOST_WIDTH = 680;
const HEIGHT = 260;
const MARGIN = { left: 64, right: 74, top: 12, bottom: 34 };

/** The powers of ten from one to the other, both within. */
function decades(low: number, high: number): number[] {
  const first = Math.ceil(low - 1e-9);
  return Array.from({ length: Math.max(0, Math.floor(high + 1e-9) - first + 1) }, (_, index) => first + index);
}

function secondsLabel(power: number): string {
  if (power >= 0) return `${10 ** power} s`;
  if (power >= -3) return `${10 ** (power + 3)} ms`;
  return power >= -6 ? `${10 ** (power + 6)} µs` : `${10 ** (power + 9)} ns`;
}

/**
 * Both curves of seconds over size on logarithmic axes, where a power is a straight line and its exponent the slope. The two are told
 * apart by dashes, marks and a name at the end, not by colour alone. Plain SVG: it takes the theme's colours and is read by screen readers.
 * `room` is the width of its place in pixels.
 */
export function curvesChart({ points, sides, description }: PanelCurves, room: number): TemplateResult {
  const width = Math.min(MOST_WIDTH, Math.max(LEAST_WIDTH, room));
  const sizes = points.map(({ size }) => Math.log10(size));
  const times = points.flatMap(({ python, cpp }) => [Math.log10(python), Math.log10(cpp)]);
  const [left, right] = [Math.min(...sizes), Math.max(...sizes)];
  const [low, high] = [Math.floor(Math.min(...times)), Math.ceil(Math.max(...times))];
  const x = (size: number): number =>
    MARGIN.left + ((size - left) / Math.max(right - left, 1e-9)) * (width - MARGIN.left - MARGIN.right);
  const y = (seconds: number): number =>
    HEIGHT - MARGIN.bottom - ((seconds - low) / Math.max(high - low, 1)) * (HEIGHT - MARGIN.top - MARGIN.bottom);
  const bottom = HEIGHT - MARGIN.bottom;
  const step = Math.ceil((points.length * 50) / (width - MARGIN.left - MARGIN.right));
  const ends = sides.map(({ side }) => y(Math.log10(points.at(-1)?.[side] ?? 1)));
  const gap = 16;
  const apart = ends.length < 2 || Math.abs((ends[0] ?? 0) - (ends[1] ?? 0)) >= gap;
  return html`<figure class="curves">
    <svg viewBox="0 0 ${width} ${HEIGHT}" role="img" aria-label=${description}>
      ${decades(low, high).map(
        (power) =>
          svg`<line class="grid" x1=${MARGIN.left} x2=${width - MARGIN.right} y1=${y(power)} y2=${y(power)} />
            <text class="tick" x=${MARGIN.left - 8} y=${y(power) + 4} text-anchor="end">${secondsLabel(power)}</text>`,
      )}
      ${points
        .filter((_, index) => (points.length - 1 - index) % step === 0)
        .map(
          ({ size }) =>
            svg`<line class="grid" x1=${x(Math.log10(size))} x2=${x(Math.log10(size))} y1=${bottom} y2=${bottom + 5} />
            <text class="tick" x=${x(Math.log10(size))} y=${bottom + 18} text-anchor="middle">${size.toLocaleString()}</text>`,
        )}
      <text class="tick" x=${width - MARGIN.right + 34} y=${bottom + 18}>n</text>
      ${sides.map(({ side, label }, index) => {
        const places = points.map((point) => [x(Math.log10(point.size)), y(Math.log10(point[side]))] as const);
        const end =
          (ends[index] ?? 0) +
          (apart ? 0 : (ends[index] ?? 0) <= Math.min(...ends) && index === 0 ? -gap / 2 : gap / 2);
        return svg`<g class="curve ${side}">
          <polyline points=${places.map((place) => place.join(',')).join(' ')} />
          ${places.map(([cx, cy]) =>
            side === 'python'
              ? svg`<circle cx=${cx} cy=${cy} r="3.5" />`
              : svg`<rect x=${cx - 3.5} y=${cy - 3.5} width="7" height="7" />`,
          )}
          <text class="name" x=${width - MARGIN.right + 10} y=${end + 4}>${label}</text>
        </g>`;
      })}
    </svg>
  </figure>`;
}
