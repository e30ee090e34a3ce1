import path from 'node:path';

// Three tiers: ui/ imports nothing of ours but the language its words are in, features/ own one concept each,
// views/ compose. lib/ serves the two upper ones and imports only itself.

/** Which part of src a file lies in: ['features', 'rail'], ['ui'], … */
function place(file) {
  const at = file.lastIndexOf(`${path.sep}src${path.sep}`);
  if (at < 0) return null;
  const parts = file.slice(at + 5).split(path.sep);
  return { tier: parts.length > 1 ? parts[0] : 'root', part: parts[1] ?? '', rest: parts };
}

function target(from, source) {
  if (source.startsWith('$ui/')) return { tier: 'ui', part: '' };
  if (source.startsWith('$lib/')) return { tier: 'lib', part: source.split('/')[1] };
  if (!source.startsWith('.')) return null;
  return place(path.resolve(path.dirname(from), source));
}

function fault(from, to, source) {
  if (to.tier === 'lib' && to.part === 'language') return null;
  if (from.tier === 'ui' && to.tier !== 'ui') return 'ui/ imports nothing of ours but $lib/language: pass it in as a prop.';
  if (from.tier === 'lib' && to.tier !== 'lib') return 'lib/ knows nothing of what is drawn.';
  if (from.tier === 'features' && to.tier === 'features' && from.part !== to.part)
    return 'A feature does not import another: let a view compose them.';
  if (from.tier === 'features' && to.tier === 'views') return 'A feature does not know the view it stands in.';
  if (source.includes('wailsjs')) return null;
  return null;
}

export const tiers = {
  rules: {
    imports: {
      meta: { type: 'problem', schema: [] },
      create(context) {
        const from = place(context.filename);
        if (!from || context.filename.endsWith('.test.ts')) return {};
        const check = (node) => {
          const source = node.source?.value;
          if (typeof source !== 'string') return;
          if (source.includes('wailsjs') && !context.filename.endsWith('wails.ts'))
            context.report({ node, message: 'Only lib/backend/wails.ts knows the bindings.' });
          const to = target(context.filename, source);
          const message = to && fault(from, to, source);
          if (message) context.report({ node, message });
        };
        return { ImportDeclaration: check, ExportNamedDeclaration: check, ExportAllDeclaration: check, ImportExpression: check };
      },
    },
  },
};
