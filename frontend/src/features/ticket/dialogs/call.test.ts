import { expect, test } from 'vitest';
import type { CallLog } from '$lib/backend';
import { asks, moment, told, voicemail } from './call';

const call: CallLog = {
  with: 'elif', name: '', number: '', direction: 'out', outcome: 'spoke', started: '2026-11-19T14:00:00Z', minutes: 3,
  text: ' It is the quota. ', noMessage: 'reads none', note: ' cross ',
};

test('only what is asked for is told', () => {
  expect(told(call, 'message')).toMatchObject({ minutes: 3, text: 'It is the quota.', noMessage: '', note: 'cross' });
  expect(told({ ...call, outcome: 'no_answer' }, 'none')).toMatchObject({ minutes: 0, text: 'It is the quota.', noMessage: '' });
  expect(told({ ...call, outcome: 'voicemail' }, 'none')).toMatchObject({ text: '', noMessage: 'reads none' });
  expect(told({ ...call, outcome: 'voicemail' }, 'message')).toMatchObject({ text: 'It is the quota.', noMessage: '' });
  expect(told({ ...call, outcome: 'no_answer', direction: 'in' }, 'message').text).toBe('');
});

test('the message with a voicemail says when, and how to reach us', () => {
  const now = new Date(2026, 10, 19, 14, 6);
  expect(voicemail('Elif', new Date(2026, 10, 19, 13, 58), now, '+44 20', 'Jonas')).toBe(
    'Hello Elif,\n\nI called you at 13:58 and left a voicemail. Call us back on +44 20, or answer here, whichever suits you.\n\nJonas',
  );
  expect(voicemail('Elif', new Date(2026, 10, 17, 9, 5), now, '', 'Jonas')).toContain('I called you on 17 November at 09:05 and left a voicemail. Answer here,');
});

test('a missed call has no words', () => {
  expect(asks('in', 'no_answer', 'Elif')).toBeNull();
  expect(asks('out', 'voicemail', 'Elif')?.label).toBe('Message to Elif');
});

test('a moment needs both of its fields', () => {
  expect(moment('', '10:00')).toBeNull();
  expect(moment('2026-11-19', '')).toBeNull();
  expect(moment('2026-11-19', '10:00')?.getHours()).toBe(10);
});
