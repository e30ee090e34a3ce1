import { expect, test, vi } from 'vitest';
import { FakeDesk } from '../backend/fake';
import { settle } from '../../../tests/desk';
import { Attachments } from './attachments.svelte';

type Given = { text?: string; html?: string; files?: File[]; bare?: boolean };

/** A clipboard as an engine gives it; bare is one that hides what it holds. */
function clipboard({ text, html, files = [], bare }: Given): DataTransfer {
  const kinds = bare ? [] : [text !== undefined && 'text/plain', html !== undefined && 'text/html', files.length > 0 && 'Files'].filter(Boolean);
  return {
    types: kinds,
    items: files.map((f) => ({ kind: 'file', type: f.type, getAsFile: () => f })),
    getData: (kind: string) => (kind === 'text/plain' ? text : html) ?? '',
  } as unknown as DataTransfer;
}

function open() {
  const fake = new FakeDesk();
  const changed = vi.fn();
  return { fake, changed, files: new Attachments(fake, changed) };
}

const picture = () => new File([new Uint8Array([137, 80, 78, 71])], 'image.png', { type: 'image/png' });

test('text is left to the text field', () => {
  expect(open().files.paste(clipboard({ text: 'Good morning' }))).toBe('text');
});

test('several lines from a fixed-width place stay as they are', () => {
  const { files } = open();
  expect(files.paste(clipboard({ text: 'a\nb', html: '<pre>a\nb</pre>' }))).toBe('code');
  expect(files.paste(clipboard({ text: 'Traceback:\n  File "x.py"\n  raise\n    at main (a.js:1)' }))).toBe('code');
  expect(files.paste(clipboard({ text: 'Dear all,\nhow are you?\nBest wishes' }))).toBe('text');
});

test('text wins over the picture of it that spreadsheets send along', () => {
  expect(open().files.paste(clipboard({ text: '1\t2', files: [picture()] }))).toBe('text');
});

test('a picture becomes a file with a name that tells it apart', async () => {
  const { fake, files, changed } = open();
  const add = vi.spyOn(fake, 'addFile');
  expect(files.paste(clipboard({ files: [picture()] }))).toBe('files');
  await vi.waitFor(() => expect(files.files).toHaveLength(1));
  expect(add.mock.calls[0]?.[0]).toMatch(/^Picture \d\d-\d\d-\d\d\.png$/);
  expect(add.mock.calls[0]?.[1]).toBe('iVBORw==');
  expect(changed).toHaveBeenCalled();
});

test('an empty paste asks the system’s clipboard', async () => {
  const { fake, files } = open();
  const found = await fake.addFile('Screenshot.png', 'AAAA');
  const ask = vi.spyOn(fake, 'pasteImage').mockResolvedValue(found);
  expect(files.paste(clipboard({ bare: true }))).toBe('nothing');
  await settle();
  expect(ask).toHaveBeenCalledOnce();
  expect(files.files.map((f) => f.name)).toEqual(['Screenshot.png']);
});

test('a file that is too large says so and the others are kept', async () => {
  const { fake, files } = open();
  const add = fake.addFile;
  fake.addFile = (name, bytes) => {
    if (name === 'big.iso') return Promise.reject({ code: 'too_large', message: 'big.iso has 31 MB, the limit here is 20 MB.', hint: '', field: '' });
    return add(name, bytes);
  };
  await files.addAll([new File(['x'], 'big.iso'), new File(['y'], 'small.txt')]);
  expect(files.files.map((f) => f.name)).toEqual(['small.txt']);
  expect(files.faults.map((f) => f.message)).toEqual(['big.iso has 31 MB, the limit here is 20 MB.']);
});

test('drops and progress arrive while listening, and no longer', async () => {
  const { fake, files } = open();
  const stop = files.listen();
  const [file] = (await fake.pickFiles()).files;
  if (!file) throw new Error('the fake desk gives one file');
  fake.emit('dropped', { files: [file], faults: [], large: [] });
  fake.emit('file', { hash: file.hash, state: 'up', progress: 0.4 });
  expect(files.files[0]).toMatchObject({ state: 'up', progress: 0.4 });
  stop();
  fake.emit('file', { hash: file.hash, state: 'up', progress: 0.9 });
  expect(files.files[0]?.progress).toBe(0.4);
});
