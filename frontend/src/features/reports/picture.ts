// A chart as a picture: what stands in its SVG is drawn on a canvas, as it looks on the page. An SVG that
// is loaded as an image would have neither the page's letters nor its colours.

const number = (e: Element, name: string): number => Number(e.getAttribute(name) ?? 0);

function paint(ctx: CanvasRenderingContext2D, e: SVGElement): void {
  const style = getComputedStyle(e);
  const opacity = Number(style.opacity || 1);
  if (style.display === 'none' || style.visibility === 'hidden' || opacity === 0) return;
  ctx.save();
  ctx.globalAlpha = opacity;
  ctx.fillStyle = style.fill === 'none' ? 'transparent' : style.fill;
  ctx.strokeStyle = style.stroke === 'none' ? 'transparent' : style.stroke;
  ctx.lineWidth = parseFloat(style.strokeWidth) || 1;
  ctx.setLineDash(style.strokeDasharray === 'none' ? [] : style.strokeDasharray.split(/[ ,]+/).map(parseFloat).filter((n) => n > 0));
  ctx.lineJoin = 'round';
  const shape = new Path2D();
  if (e.tagName === 'rect') shape.rect(number(e, 'x'), number(e, 'y'), number(e, 'width'), number(e, 'height'));
  else if (e.tagName === 'circle') shape.arc(number(e, 'cx'), number(e, 'cy'), number(e, 'r'), 0, 2 * Math.PI);
  else if (e.tagName === 'line') {
    shape.moveTo(number(e, 'x1'), number(e, 'y1'));
    shape.lineTo(number(e, 'x2'), number(e, 'y2'));
  } else if (e.tagName === 'path') shape.addPath(new Path2D(e.getAttribute('d') ?? ''));
  if (e.tagName === 'text') {
    ctx.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
    ctx.textAlign = style.textAnchor === 'middle' ? 'center' : style.textAnchor === 'end' ? 'right' : 'left';
    ctx.fillText(e.textContent ?? '', number(e, 'x'), number(e, 'y'));
  } else {
    ctx.fill(shape);
    ctx.stroke(shape);
  }
  ctx.restore();
}

const edge = 16;

/** The base64 of a PNG of the chart with its title and what its lines mean, twice as fine as the screen; "" if it cannot be drawn. */
export function pictureOf(svg: SVGSVGElement, title: string, names: string[]): string {
  const box = svg.getBoundingClientRect();
  const head = 30 + names.length * 18;
  const canvas = document.createElement('canvas');
  canvas.width = Math.ceil((box.width + 2 * edge) * 2);
  canvas.height = Math.ceil((box.height + 2 * edge + head) * 2);
  const ctx = canvas.getContext('2d');
  if (!ctx) return '';
  const around = getComputedStyle(svg.closest('figure') ?? svg);
  ctx.scale(2, 2);
  ctx.fillStyle = around.backgroundColor;
  ctx.fillRect(0, 0, canvas.width, canvas.height);
  ctx.fillStyle = around.color;
  ctx.font = `600 14px ${around.fontFamily}`;
  ctx.fillText(title, edge, edge + 12);
  ctx.font = `430 12px ${around.fontFamily}`;
  names.forEach((name, i) => ctx.fillText(name, edge, edge + 32 + i * 18));
  ctx.translate(edge, edge + head);
  svg.querySelectorAll<SVGElement>('rect, line, path, circle, text').forEach((e) => paint(ctx, e));
  return canvas.toDataURL('image/png').split(',')[1] ?? '';
}
