import svelte from 'eslint-plugin-svelte';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';
import { tiers } from './scripts/tiers.js';

// A short list of chosen rules. Each names what goes wrong without it.
export default ts.config(
  { ignores: ['dist/', 'wailsjs/', 'node_modules/', 'scripts/', 'e2e/', 'gallery/'] },
  ...ts.configs.recommended,
  ...svelte.configs.recommended,
  {
    languageOptions: {
      parserOptions: { extraFileExtensions: ['.svelte'] },
      globals: { window: 'readonly', document: 'readonly', navigator: 'readonly' },
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } },
  },
  {
    plugins: { tiers },
    rules: {
      // ui imports nothing of ours; a feature imports no other feature; only wails.ts knows Wails.
      'tiers/imports': 'error',
      // Nothing a person wrote may become markup.
      'svelte/no-at-html-tags': 'error',
      'no-restricted-properties': [
        'error',
        { property: 'innerHTML', message: 'Nothing is inserted as HTML.' },
        { property: 'outerHTML', message: 'Nothing is inserted as HTML.' },
        { property: 'insertAdjacentHTML', message: 'Nothing is inserted as HTML.' },
      ],
      // A Blob or FormData body ends the process on Linux.
      'no-restricted-globals': [
        'error',
        { name: 'FormData', message: 'A FormData body ends the process on Linux; give bytes to the backend.' },
        { name: 'Blob', message: 'A Blob body ends the process on Linux; give bytes to the backend.' },
        { name: 'fetch', message: 'The page talks to Go through lib/backend only.' },
        { name: 'localStorage', message: 'The page keeps no truth.' },
      ],
      // The content-security policy drops style attributes: use style: directives or classes.
      'no-restricted-syntax': [
        'error',
        { selector: "SvelteElement SvelteAttribute[key.name='style']", message: 'Use style: directives or classes; the policy drops style attributes.' },
        { selector: "SvelteElement[name.name='iframe']", message: 'No iframes.' },
      ],
      'svelte/require-each-key': 'error',
      'svelte/button-has-type': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // State is replaced, not changed in place; plain collections hold what nothing watches.
      'svelte/prefer-svelte-reactivity': 'off',
      // An ignore carries its reason behind its name, which this rule takes for more names.
      'svelte/no-unused-svelte-ignore': 'off',
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    // Tests may read what was drawn.
    files: ['**/*.test.ts', 'tests/**'],
    rules: { 'no-restricted-properties': 'off' },
  },
  {
    files: ['**/*.ts'],
    rules: { 'max-lines': ['error', { max: 600 }] },
  },
);
