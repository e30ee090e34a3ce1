// Pictures are kept small: every block of five by five points is one, in 32 steps a colour. That
// forgives how letters are smoothed and still sees a word, a button or a colour that changed.
const block = 5;
/** So many blocks each way are a tile. */
const tile = 8;

/** A page that can do sums with pictures. */
export async function darkroom(browser) {
  const page = await browser.newPage();
  await page.evaluate(([block, tile]) => {
    const load = async (base64, type) => {
      const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
      const picture = await createImageBitmap(new Blob([bytes], { type }));
      const canvas = new OffscreenCanvas(picture.width, picture.height);
      const pen = canvas.getContext('2d', { willReadFrequently: true });
      pen.drawImage(picture, 0, 0);
      return pen.getImageData(0, 0, picture.width, picture.height);
    };
    globalThis.shrink = async (base64) => {
      const from = await load(base64, 'image/png');
      const width = Math.floor(from.width / block);
      const height = Math.floor(from.height / block);
      const to = new ImageData(width, height);
      for (let y = 0; y < height; y++)
        for (let x = 0; x < width; x++) {
          const at = (y * width + x) * 4;
          for (let c = 0; c < 3; c++) {
            let sum = 0;
            for (let dy = 0; dy < block; dy++) for (let dx = 0; dx < block; dx++) sum += from.data[((y * block + dy) * from.width + x * block + dx) * 4 + c];
            to.data[at + c] = Math.round(sum / block / block / 8) * 8;
          }
          to.data[at + 3] = 255;
        }
      return to;
    };
    globalThis.keep = async (base64) => {
      const small = await globalThis.shrink(base64);
      const canvas = new OffscreenCanvas(small.width, small.height);
      canvas.getContext('2d').putImageData(small, 0, 0);
      // At quality 1 Chromium writes WebP without loss.
      const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: 'image/webp', quality: 1 })).arrayBuffer());
      return btoa(Array.from(bytes, (b) => String.fromCharCode(b)).join(''));
    };
    globalThis.apart = async (kept, fresh) => {
      const [was, is] = [await load(kept, 'image/webp'), await globalThis.shrink(fresh)];
      if (was.width !== is.width || was.height !== is.height) return 1;
      // A point tells of a word; the middle of a tile, in which letters smoothed otherwise cancel out, of a shade.
      let points = 0;
      let tiles = 0;
      const across = Math.ceil(is.width / tile);
      const middle = Array.from({ length: across * Math.ceil(is.height / tile) }, () => [0, 0, 0]);
      for (let i = 0; i < is.data.length; i += 4) {
        const [x, y] = [(i / 4) % is.width, Math.floor(i / 4 / is.width)];
        const by = [0, 1, 2].map((c) => is.data[i + c] - was.data[i + c]);
        if (Math.max(...by.map(Math.abs)) > 20) points++;
        by.forEach((d, c) => (middle[Math.floor(y / tile) * across + Math.floor(x / tile)][c] += d / tile / tile));
      }
      for (const by of middle) if (Math.max(...by.map(Math.abs)) > 4) tiles++;
      return Math.max(points / (is.width * is.height), tiles / middle.length / 10);
    };
  }, [block, tile]);
  return {
    /** The small form of a PNG, as WebP. */
    small: async (png) => Buffer.from(await page.evaluate((b) => globalThis.keep(b), png.toString('base64')), 'base64'),
    /** The share of the picture that differs, 0 to 1; a tenth as much for shades, which fill more. */
    apart: (kept, png) => page.evaluate(([a, b]) => globalThis.apart(a, b), [kept.toString('base64'), png.toString('base64')]),
    close: () => page.close(),
  };
}
