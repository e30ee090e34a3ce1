import { t } from '../language';
import { asFault, type Backend, type Fault, type FileInfo, type LargeFile } from '../backend';

/** The part of the backend that files need. */
type Door = Pick<Backend, 'pickFiles' | 'addFile' | 'pasteImage' | 'compress' | 'on'>;

/** What a paste was, so that the text field knows whether it still has to do something. */
export type Pasted = 'text' | 'code' | 'files' | 'nothing';

/**
 * The files of one text being written. They are stored by Go as soon as they are
 * chosen; the page only ever holds their names and how far they are.
 */
export class Attachments {
  files = $state<FileInfo[]>([]);
  /** What could not be attached and why, in the order it happened. */
  faults = $state<Fault[]>([]);
  /** Those of them that can be asked for, or taken compressed. */
  large = $state<LargeFile[]>([]);
  /** Files being read in, for which there is no chip yet. */
  reading = $state(0);

  readonly #door: Door;
  readonly #changed: () => void;

  constructor(door: Door, changed: () => void) {
    this.#door = door;
    this.#changed = changed;
  }

  /** Follows drops and progress until the returned function is called. */
  listen(): () => void {
    const stops = [
      this.#door.on('dropped', (e) => this.take(e)),
      this.#door.on('file', (e) => {
        const at = this.files.findIndex((f) => f.hash === e.hash);
        const file = this.files[at];
        if (file) this.files[at] = { ...file, state: e.state, progress: e.progress };
      }),
    ];
    return () => stops.forEach((stop) => stop());
  }

  take(e: { files: FileInfo[]; faults: Fault[]; large?: LargeFile[] }): void {
    const fresh = e.files.filter((f) => !this.files.some((here) => here.hash === f.hash));
    this.faults = e.faults;
    this.large = e.large ?? [];
    if (fresh.length === 0) return;
    this.files = [...this.files, ...fresh];
    this.#changed();
  }

  async pick(): Promise<void> {
    await this.#during(async () => this.take(await this.#door.pickFiles()));
  }

  /** Takes one that was too large in compressed form; what is said of the others stays. */
  async compress(handle: string): Promise<void> {
    const left = this.large.filter((f) => f.handle !== handle);
    await this.#during(async () => this.take({ files: [await this.#door.compress(handle)], faults: [], large: left }));
  }

  /** One that was too large is asked for. */
  asked(handle: string): void {
    this.large = this.large.filter((f) => f.handle !== handle);
    if (this.large.length === 0) this.faults = [];
  }

  /** A picture that was covered takes the place of the one it was made of. */
  instead(file: FileInfo, of: string): void {
    this.files = this.files.filter((f) => f.hash !== of);
    this.take({ files: [file], faults: [] });
  }

  remove(hash: string): void {
    this.files = this.files.filter((f) => f.hash !== hash);
    this.faults = [];
    this.large = [];
    this.#changed();
  }

  set(files: FileInfo[]): void {
    this.files = files;
    this.faults = [];
    this.large = [];
  }

  /**
   * Takes the files out of a paste and says at once what the paste was, so that
   * the text field can keep the engine from pasting as well. Text wins over a
   * picture of it (spreadsheets send both). An event with nothing in it means an
   * engine that hides raw images from pages, so the system's clipboard is asked.
   */
  paste(data: DataTransfer | null): Pasted {
    const types = data ? [...data.types] : [];
    if (data && types.includes('text/plain')) return isCode(data) ? 'code' : 'text';
    const given = data ? [...data.items].map((i) => (i.kind === 'file' ? i.getAsFile() : null)).filter((f) => f !== null) : [];
    if (given.length > 0) {
      void this.addAll(given);
      return 'files';
    }
    if (types.length > 0) return 'text';
    void this.#during(async () => {
      const found = await this.#door.pasteImage();
      if (found) this.take({ files: [found], faults: [] });
    });
    return 'nothing';
  }

  /** Hands over bytes the page holds, one file after the other, each failing alone. */
  async addAll(files: File[]): Promise<void> {
    const done: FileInfo[] = [];
    const faults: Fault[] = [];
    for (const file of files) {
      await this.#during(async () => {
        try {
          done.push(await this.#door.addFile(nameOf(file), await base64(file)));
        } catch (e) {
          faults.push(asFault(e));
        }
      });
    }
    this.take({ files: done, faults });
  }

  async #during(work: () => Promise<void>): Promise<void> {
    this.reading++;
    try {
      await work();
    } catch (e) {
      this.faults = [asFault(e)];
    } finally {
      this.reading--;
    }
  }
}

/** Pictures off the clipboard are all called image.png; the time tells them apart. */
function nameOf(file: File): string {
  if (file.name && file.name !== 'image.png') return file.name;
  const clock = new Date().toLocaleTimeString('en-GB').replaceAll(':', '-');
  return `${t('Picture {clock}', { clock })}.${file.type.split('/')[1] ?? 'png'}`;
}

/** Reads by FileReader: a fetch with a Blob would end the program on Linux. */
export function base64(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).replace(/^[^,]*,/, ''));
    reader.onerror = () => reject(reader.error ?? new Error('This file could not be read.'));
    reader.readAsDataURL(file);
  });
}

const mono = /<pre[\s>]|<code[\s>]|font-family:[^;"']*(mono|courier|consolas|menlo)/i;

/** Several lines that came from a fixed-width place are kept exactly as they are. */
function isCode(data: DataTransfer): boolean {
  const text = data.getData('text/plain').trim();
  if (!text.includes('\n')) return false;
  if (mono.test(data.getData('text/html'))) return true;
  const lines = text.split('\n');
  const odd = lines.filter((l) => /^(\s{2,}|\t)\S|^\d{4}-\d\d-\d\d[T ]\d\d:|^\[\d|^\s*at \S+[.(]|[{};]\s*$/.test(l));
  return odd.length * 2 >= lines.length;
}
