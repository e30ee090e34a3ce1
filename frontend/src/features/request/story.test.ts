import { expect, test } from 'vitest';
import { split, told } from './story';

const code = 'It says:\n\n```\nexit 28\n\nI expected nothing\n```';

test.each([
  { trying: '', happened: 'It broke.', expected: '' },
  { trying: 'send the newsletter', happened: code, expected: 'everyone to get it' },
  { trying: '', happened: code, expected: 'everyone to get it' },
  { trying: 'send', happened: '', expected: '' },
  { trying: '', happened: '', expected: 'peace' },
  { trying: '', happened: '', expected: '' },
])('what is told can be read back: %o', (story) => {
  expect(split(told(story))).toEqual(story);
});

test('one prompt alone carries no headings', () => {
  expect(told({ trying: '', happened: ' It broke. ', expected: '' })).toBe('It broke.');
});
