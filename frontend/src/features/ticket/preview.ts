import type { FileInfo } from '$lib/backend/types';

/** Pictures the window shows itself. SVG is left out: it can carry more than a picture. */
const pictures = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif', 'image/bmp']);

export function shown(file: FileInfo): boolean {
  return pictures.has(file.type);
}
