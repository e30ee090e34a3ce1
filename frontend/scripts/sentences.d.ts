export function sentences(source: string, file: string): { keys: string[]; strings: Set<string>; bare: string[] };
export function values(elements: unknown[]): string[];
