import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Draft } from '$lib/backend';
import { FakeDesk } from '$lib/backend/fake';
import { Compose, type Sheet } from './compose.svelte';

let fake: FakeDesk;
let compose: Compose;
let id: string;

beforeEach(() => {
  vi.useFakeTimers();
  fake = new FakeDesk();
  compose = new Compose(fake);
  id = fake.tickets[3]?.id ?? '';
});
afterEach(() => vi.useRealTimers());

function type(sheet: Sheet, text: string): void {
  sheet.text = text;
  sheet.changed();
}
const draftOf = (part: Partial<Draft>): Draft => ({
  key: `ticket/${id}/reply`, ticket: id, kind: 'reply', text: '', subject: '', department: '', urgency: '', type: '', claim: { down: '', since: '', impact: '', severity: '' }, org: '', private: false, ccs: [], refs: [], files: [], basis: 1, beside: { asks: [], answers: [], refers: 0, corrects: false },
  updated: new Date().toISOString(), ...part,
});

test('a pause writes the text to disk, and typing on does not put it off for ever', async () => {
  const save = vi.spyOn(fake, 'saveDraft');
  const sheet = compose.sheet(id, 'reply');
  type(sheet, 'Good');
  await vi.advanceTimersByTimeAsync(299);
  expect(save).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(2);
  expect(save.mock.calls[0]?.[0].text).toBe('Good');
  for (let i = 0; i < 12; i++) {
    type(sheet, 'Good morning'.slice(0, i));
    await vi.advanceTimersByTimeAsync(150);
  }
  expect(save.mock.calls.length).toBeGreaterThan(1);
});

test('leaving the window writes at once', async () => {
  type(compose.sheet(id, 'reply'), 'half a thought');
  await compose.saveAll();
  expect((await fake.ticket(id)).reply?.text).toBe('half a thought');
});

test('an emptied text leaves no draft', async () => {
  const sheet = compose.sheet(id, 'reply');
  type(sheet, 'x');
  await sheet.save();
  type(sheet, '');
  await sheet.save();
  expect((await fake.ticket(id)).reply).toBeNull();
});

test('what Go has on disk is taken once, and never over newer writing', () => {
  const sheet = compose.sheet(id, 'reply');
  sheet.adopt(draftOf({ text: 'from yesterday', basis: 4 }));
  expect(sheet.text).toBe('from yesterday');
  expect(sheet.basis).toBe(4);
  type(sheet, 'from yesterday and on');
  sheet.adopt(draftOf({ text: 'from yesterday', updated: new Date(Date.now() + 5000).toISOString() }));
  expect(sheet.text).toBe('from yesterday and on');
});

test('a message taken back stands before what is being written', async () => {
  const sheet = compose.sheet(id, 'reply');
  type(sheet, 'The second one.');
  await sheet.save();
  vi.advanceTimersByTime(1000);
  sheet.adopt(draftOf({ text: 'The first one.' }));
  expect(sheet.text).toBe('The first one.\n\nThe second one.');
});

test('sending empties the sheet, and an echo of the old draft does not fill it again', async () => {
  const sheet = compose.sheet(id, 'reply');
  sheet.seen = 2;
  type(sheet, 'It runs again.');
  await sheet.save();
  const old = draftOf({ text: 'It runs again.', updated: new Date(Date.now() - 10).toISOString() });
  const reply = vi.spyOn(fake, 'reply');
  expect(await sheet.send('solved', [])).toBe(true);
  expect(reply).toHaveBeenCalledWith(id, 'It runs again.', [], 2, 'solved', { asks: [], answers: [], refers: 0, corrects: false });
  expect(sheet.text).toBe('');
  sheet.adopt(old);
  expect(sheet.text).toBe('');
});

test('a late save cannot revive a sent draft', async () => {
  const order: string[] = [];
  const save = fake.saveDraft.bind(fake);
  fake.saveDraft = async (d) => {
    await new Promise((done) => setTimeout(done, 500));
    order.push('saved');
    return save(d);
  };
  fake.reply = async () => void order.push('sent');
  const sheet = compose.sheet(id, 'reply');
  type(sheet, 'Done.');
  void sheet.save();
  await vi.advanceTimersByTimeAsync(1);
  const sent = sheet.send('', []);
  await vi.advanceTimersByTimeAsync(600);
  await sent;
  await vi.advanceTimersByTimeAsync(5000);
  expect(order).toEqual(['saved', 'sent']);
});

test('what could not be sent stays, with the reason', async () => {
  fake.reply = () => Promise.reject({ code: 'disk_full', message: 'There is no room left on this computer.', hint: 'Free some.', field: '' });
  const sheet = compose.sheet(id, 'reply');
  type(sheet, 'Long and careful.');
  expect(await sheet.send('', [])).toBe(false);
  expect(sheet.text).toBe('Long and careful.');
  expect(sheet.fault?.message).toBe('There is no room left on this computer.');
  await sheet.save();
  expect((await fake.ticket(id)).reply?.text).toBe('Long and careful.');
});

test('a note goes to the team only, with the colleagues it calls', async () => {
  const reply = vi.spyOn(fake, 'reply');
  const note = vi.spyOn(fake, 'addNote');
  const sheet = compose.sheet(id, 'note');
  type(compose.sheet(id, 'reply'), 'Hello Paul');
  type(sheet, 'Ours, not theirs. @Marek please look.');
  await sheet.send('', await fake.staff(''));
  expect(reply).not.toHaveBeenCalled();
  expect(note).toHaveBeenCalledWith(id, 'Ours, not theirs. @Marek please look.', [], ['marek']);
  expect(compose.sheet(id, 'reply').text).toBe('Hello Paul');
});

test('every ticket starts with Reply; Note stays where it was chosen', () => {
  compose.setMode(id, 'note');
  expect(compose.mode(id)).toBe('note');
  expect(compose.mode('another')).toBe('reply');
});

test('the basis is what was on the screen when writing began, until the author has read on', () => {
  const sheet = compose.sheet(id, 'reply');
  sheet.seen = 3;
  type(sheet, 'Yes');
  sheet.seen = 5;
  type(sheet, 'Yes, it');
  expect(sheet.basis).toBe(3);
  sheet.acknowledge();
  expect(sheet.basis).toBe(5);
});
