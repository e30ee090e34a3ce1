import { parse } from 'svelte/compiler';

// What a file says to people: the sentences that go through the language, and those that do not yet.

/** Attributes and properties of components that are read by somebody. */
const spoken = new Set('label title placeholder aria-label aria-description aria-valuetext alt hint lead more empty caption tip heading none confirm nowLabel unit'.split(' '));
/** Calls whose strings nobody reads. */
const silent = new Set('t said querySelector querySelectorAll getElementById closest matches addEventListener removeEventListener dispatchEvent on emit includes startsWith endsWith split replace replaceAll test match normalize Symbol Error RegExp URL has get set getContext setContext createElement createElementNS setAttribute getAttribute matchMedia getData execCommand DateTimeFormat NumberFormat DisplayNames ListFormat indexOf localeCompare setRangeText import lookOf'.split(' '));
/** Names of keys, of the program and of languages in themselves. */
const names = /^((Mod|Shift|Alt|Ctrl)(\+.+)?|Control|Meta|AltGraph|CapsLock|Dead|Process|Unidentified|Compose|Escape|Enter|Arrow\w+|Page(Up|Down)|Home|End|Esc|Tab|Delete|Backspace|Space|Docket|English|Deutsch|UTC|NFD|[A-Z]{2,4})$/;
const technical = /(\d(px|rem|%)|minmax\(|var\(|rgba?\(|calc\(|:\/\/|^[\w-]+\/[\w.+-]+$|^[#.[]|^text[,/])/;

const letters = (s) => /\p{L}{2,}/u.test(s);
/** Two words, or one that begins as a sentence does. */
const reads = (s) => letters(s) && !names.test(s.trim()) && !technical.test(s) && (/[\p{L}’,.!?…:]\s+[\p{L}“]/u.test(s) || /^[\p{Lu}“][\p{Ll}’]+[…?.!:]?$/u.test(s.trim()));

const nameOf = (callee) => (callee.type === 'Identifier' ? callee.name : callee.property?.name);
const text = (node) => (node?.type === 'Literal' && typeof node.value === 'string' ? node.value : null);

function* literals(node) {
  if (!node) return;
  if (text(node) !== null) yield text(node);
  else if (node.type === 'ConditionalExpression') { yield* literals(node.consequent); yield* literals(node.alternate); }
  else if (node.type === 'LogicalExpression') { yield* literals(node.left); yield* literals(node.right); }
  else if (node.expression) yield* literals(node.expression);
}

/** Every key that a file gives to t, said or Say, every string in it, and what it says without them. */
export function sentences(source, file) {
  const script = !file.endsWith('.svelte');
  const ast = parse(script ? `<script lang="ts">\n${source}\n</script>` : source, { modern: true, filename: file });
  const keys = [];
  const strings = new Set();
  const bare = [];
  const find = (said) => bare.push(said.replace(/\s+/g, ' ').trim().slice(0, 120));

  /** quiet: nobody reads what stands here. */
  function walk(node, quiet) {
    if (!node || typeof node !== 'object') return;
    if (Array.isArray(node)) return node.forEach((n) => walk(n, quiet));
    if (text(node) !== null) {
      strings.add(node.value);
      if (!quiet && reads(node.value)) find(node.value);
      return;
    }
    if (/^TS(?!As|Satisfies|NonNull)/.test(node.type ?? '') || node.type === 'ImportDeclaration') return;
    switch (node.type) {
      case 'Text':
        if (!quiet && letters(node.data) && !names.test(node.data.trim())) find(node.data);
        return;
      case 'TemplateLiteral':
        if (!quiet && node.quasis.some((q) => /\p{L}{2,}\s|\s\p{L}{2,}/u.test(q.value.cooked) && !technical.test(q.value.cooked))) find(node.quasis.map((q) => q.value.cooked).join('…'));
        return walk(node.expressions, quiet);
      case 'CallExpression':
      case 'NewExpression': {
        const name = nameOf(node.callee);
        if (name === 't') keys.push(...literals(node.arguments[0]));
        if (name === 'said') for (const p of node.arguments[0]?.properties ?? []) keys.push(...literals(p.value));
        walk(node.callee, quiet);
        return node.arguments.forEach((a) => walk(a, silent.has(name) && !['ArrowFunctionExpression', 'FunctionExpression', 'ObjectExpression'].includes(a.type) ? true : name === 'said' ? true : quiet));
      }
      case 'BinaryExpression':
        return [node.left, node.right].forEach((n) => walk(n, quiet || node.operator !== '+'));
      case 'SwitchCase':
        walk(node.test, true);
        return walk(node.consequent, quiet);
      case 'ThrowStatement':
        return walk(node.argument, true);
      case 'Property':
        walk(node.key, true);
        return walk(node.value, quiet);
      case 'MemberExpression':
        walk(node.object, quiet);
        return walk(node.property, true);
      case 'StyleSheet':
      case 'ClassDirective':
        return;
      case 'Attribute':
      case 'StyleDirective': {
        const own = node.owner === 'Say' && node.name === 'text';
        for (const value of [node.value].flat()) {
          if (own) keys.push(...literals(value.expression ?? value));
          if (value?.type === 'Text') {
            strings.add(value.data);
            if (spoken.has(node.name) && letters(value.data) && !names.test(value.data)) find(`${node.name}="${value.data}"`);
          } else walk(value, own || !/^[a-z-]*$/i.test(node.name) || /^(class|style|grid|d|data-|transform|id|for|aria-controls|aria-describedby|aria-labelledby)/.test(node.name));
        }
        return;
      }
      default:
    }
    if (Array.isArray(node.attributes)) for (const a of node.attributes) a.owner = node.name;
    for (const [key, value] of Object.entries(node)) if (!['loc', 'parent', 'owner', 'css', 'typeAnnotation', 'typeArguments', 'returnType'].includes(key)) walk(value, quiet);
  }
  walk(ast.module, false);
  walk(ast.instance, false);
  walk(ast.fragment, false);
  return { keys, strings, bare };
}

const typeOf = { 0: 'text', 1: 'value', 2: 'number', 3: 'date', 4: 'time', 5: 'select', 6: 'plural' };

/** The values a compiled message takes, by name and kind: ["n plural", "who value"]. */
export function values(elements) {
  const found = new Set();
  const walk = (all) => {
    for (const e of all) {
      if (e.type > 0 && e.type < 7) found.add(`${e.value} ${typeOf[e.type]}`);
      for (const option of Object.values(e.options ?? {})) walk(option.value);
    }
  };
  walk(elements);
  return [...found].sort();
}
