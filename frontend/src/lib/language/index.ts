// What the window says, in the language its person chose. The English sentence is the key: a sentence
// that has no translation yet is read in English, and whoever writes a component sees what it says.
export { direction, heard, language, locale, parts, said, speak, t, type Choice, type Language, type Piece } from './speech.svelte';
